"""Telling which language a text is written in, or that one cannot tell.

A text of fewer than `FEWEST_WORDS` words is doubtful, and so is one where less than `LEAST_SHARE`
of it is in one language. Code, addresses, placeholders and numbers count for neither. The detector
is CLD2, loaded with the first text that needs it; where it is not installed every text is
doubtful, and only scripts are told apart.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from server.book.languages.scripts import count_scripts, script_share
from server.book.languages.tags import find_primary, find_script

__all__ = ["detect_language", "is_written_in", "script_share"]

FEWEST_WORDS = 20
LEAST_SHARE = 80  # percent of the text
LEAST_SCRIPT_SHARE = 0.2  # a translation keeps many terms in English, but not nearly all
MOST_CHARACTERS = 20_000  # what follows in a longer text tells nothing new

# Tried only where a word begins, so that a word of any length costs its length.
_NOT_PROSE = re.compile(r"`+[^`]*`+|⟦[^⟦⟧]*⟧|(?<![^\s⟧`])[^\s`⟦]*(?:[/\\@_<>{}=]|\w\.\w)[^\s`⟦]*")
_UNSPACED_SCRIPTS = ("Hani", "Hira", "Kana", "Khmr", "Laoo", "Mymr", "Thai", "Tibt")
_LETTERS_PER_UNSPACED_WORD = 2

# Languages that the detector mistakes for each other, measured on the message catalogues of a
# desktop: none of them is proof against its kin.
_KIN = (
    frozenset({"bs", "cnr", "hr", "sh", "sr"}),
    frozenset({"bg", "mk", "sr"}),
    frozenset({"id", "jv", "ms", "su"}),
    frozenset({"da", "nn", "no"}),
    frozenset({"an", "ast", "ca", "es", "gl", "oc", "pt"}),
    frozenset({"af", "nl"}),
    frozenset({"cs", "sk", "sl"}),
    frozenset({"bh", "hi", "mai", "mr", "ne"}),
    frozenset({"bo", "dz"}),
    frozenset({"nso", "st", "tn"}),
    frozenset({"ss", "xh", "zu"}),
)
# Those of them whose kin is as frequent or far more so.
_UNSURE = (
    *("an", "ast", "bh", "bo", "bs", "cnr", "dz", "gl", "hr", "id", "jv", "mai", "ms", "nn"),
    *("nso", "oc", "sh", "sr", "ss", "st", "su", "tn", "xh", "zu"),
)
_SAME_WRITING = {"nb": "no"}
_MADE_UP = frozenset({"ia", "ie", "tlh", "zzp"})

_Detect = Callable[[str], tuple[bool, int, Sequence[tuple[str, str, int, float]]]]


def detect_language(text: str) -> str | None:
    """The primary subtag of the text's language (`en`, `ur`); None where we cannot be sure.

    Whether a text is in a certain language is a question for `is_written_in`, which can say more.
    """
    found = _find_tag(text)
    primary = None if found is None else find_primary(found)
    return None if primary in _UNSURE else primary


def is_written_in(text: str, tag: str) -> bool | None:
    """Whether the text is in the tag's language and script; None where we cannot be sure."""
    if script_share(text, tag) < LEAST_SCRIPT_SHARE and _has_enough_words(_keep_prose(text)):
        return False
    found = _find_tag(text)
    if found is None:
        return None
    wanted, actual = _name(tag), _name(found)
    if wanted == actual:
        return True if find_script(tag) == find_script(found) else None
    is_kin = any({wanted, actual} <= kin for kin in _KIN)
    return None if is_kin or not {wanted, actual} <= _list_known() else False


def _find_tag(text: str) -> str | None:
    detect = _load_detector()
    prose = _keep_prose(text)
    if detect is None or not _has_enough_words(prose):
        return None
    is_reliable, _, ((_, tag, share, _), *_) = detect(prose)
    return tag if is_reliable and share >= LEAST_SHARE else None


def _keep_prose(text: str) -> str:
    """The words alone: the detector chokes on control characters and reads tags as HTML."""
    words = _NOT_PROSE.sub(" ", text[:MOST_CHARACTERS])
    return " ".join(words.translate(_WORDS).split())


class _WordTable(dict[int, int]):
    """A table for `translate` that keeps what words are made of, filled as characters come."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        is_of_word = char.isalpha() or unicodedata.category(char) in {"Mn", "Mc"}
        self[code] = code if is_of_word or char in _WITHIN_WORDS else ord(" ")
        return self[code]


_WITHIN_WORDS = "'’\N{ZERO WIDTH NON-JOINER}"
_WORDS = _WordTable()


def _has_enough_words(prose: str) -> bool:
    if sum(len(word) > 1 for word in prose.split()) >= FEWEST_WORDS:
        return True
    scripts = count_scripts(prose)
    letters = sum(scripts[script] for script in _UNSPACED_SCRIPTS)
    return letters >= FEWEST_WORDS * _LETTERS_PER_UNSPACED_WORD


def _name(tag: str) -> str:
    primary = find_primary(tag)
    return _SAME_WRITING.get(primary, primary)


@cache
def _load_detector() -> _Detect | None:
    try:
        detect: _Detect = import_module("pycld2").detect
    except ImportError:
        return None
    return detect


@cache
def _list_known() -> frozenset[str]:
    """The languages that the detector can find at all; the rest it takes for their neighbours."""
    module = import_module("pycld2")
    detected = set[str](module.DETECTED_LANGUAGES)
    codes: Sequence[tuple[str, str]] = module.LANGUAGES
    known = {_name(code) for name, code in codes if {name, name.title()} & detected}
    return frozenset(known - _MADE_UP - {"xx"})  # `xx-` and a script stand for no language
