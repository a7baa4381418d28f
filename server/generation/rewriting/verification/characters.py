"""Checks of characters: none that nobody sees and none that turns the text around (12)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from server.book.languages.tags import find_primary
from server.generation.rewriting.verification.domain import Candidate

# Controls, bidi controls, line separators, invisible and replacement characters, private use,
# tags, variation selectors of ideographs, half characters.
FORBIDDEN_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff9-\uffff"
    "\U000e0000-\U000e01ef\U000f0000-\U0010ffff]"
)
# Scripts whose letters a joiner may stand between: Arabic and its kin, the Indic ones, Mongolian.
_JOINING = "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u0900-\u0dff\u0f00-\u109f\u1780-\u18af"
_INDIC = "\u0900-\u0dff"
_PICTURE = "\u200d\u20e3\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
LOOSE_JOINER = re.compile(
    f"(?<![{_JOINING}])\u200c|\u200c(?![{_JOINING}])"
    f"|(?<![{_JOINING}{_PICTURE}])\u200d"
    f"|(?<=[{_PICTURE}])\u200d(?![{_PICTURE}])"
    f"|(?<=[{_JOINING}])(?<![{_INDIC}])\u200d(?![{_JOINING}])"
)
HARD_SPACE = re.compile("[\u00a0\u2007\u202f]")
OTHER_DIGIT = re.compile(r"[^\D0-9]")


def allows_hard_spaces(language: str) -> bool:
    """French sets a space before `!` and `»` that no line may break at."""
    return find_primary(language) == "fr"


def check_characters(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 12: no new control, bidi or invisible character, no joiner out of place.

    Text is NFC where the author's is; digits are the author's kind of digits.
    """
    if FORBIDDEN_CHARACTERS.search(candidate.answered):
        yield from _list_forbidden(candidate)
    for pair in candidate.changed:
        if pair.is_ascii:
            continue
        for pattern, name in _list_patterns(candidate):
            if len(pattern.findall(pair.answer)) > len(pattern.findall(pair.run.masked)):
                yield f"run {pair.number}: {name} was added"
        if not is_nfc(pair.answer) and is_nfc(pair.run.masked):
            yield f"run {pair.number}: the text is not in Unicode's normal form NFC"


def _list_forbidden(candidate: Candidate) -> Iterator[str]:
    for pair in candidate.changed:
        found = Counter(FORBIDDEN_CHARACTERS.findall(pair.answer))
        for character in found - Counter(pair.run.masked):
            yield f"run {pair.number}: the control character U+{ord(character):04X} was added"


def _list_patterns(candidate: Candidate) -> Iterator[tuple[re.Pattern[str], str]]:
    yield LOOSE_JOINER, "a joiner that joins nothing"
    yield OTHER_DIGIT, "a digit other than 0 to 9"
    if not allows_hard_spaces(candidate.brief.plan.language):
        yield HARD_SPACE, "a space that does not break"


def is_nfc(text: str) -> bool:
    """Whether a text's characters are composed (NFC)."""
    return text.isascii() or unicodedata.is_normalized("NFC", text)
