"""Characters: those that nobody sees and that change what a reader or a model gets."""

import re
import unicodedata
from collections.abc import Iterator

from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript

_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# These turn text around, in code as well; the two marks only set a direction, and only in prose.
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_BIDI_MARK = re.compile(r"[\u200e\u200f\u061c]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def check_characters(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield the first such character of each line, by kind."""
    prose = manuscript.views.prose
    yield from _report(manuscript, _CONTROL, prose, Code.CONTROL_CHARACTER)
    yield from _report(manuscript, _BIDI, manuscript.text, Code.BIDI_CHARACTER)
    if not _is_right_to_left(prose):
        yield from _report(manuscript, _BIDI_MARK, prose, Code.BIDI_CHARACTER)


def _report(
    manuscript: Manuscript, pattern: re.Pattern[str], text: str, code: Code
) -> Iterator[Finding]:
    last_line = 0
    for found in pattern.finditer(text):
        line = manuscript.find_place(found.start()).line
        if line > last_line:
            name = unicodedata.name(found[0], "a control character").lower()
            sentence = f"U+{ord(found[0]):04X} ({name}) stands here, which nobody sees."
            yield Finding(found.start(), code, sentence)
        last_line = line


def _is_right_to_left(text: str) -> bool:
    letters = (char for char in text if char > "\u0590" and char.isalpha())
    return any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in letters)
