"""The ways of answering a run; each is a function of the run's text alone."""

import re
import zlib
from collections.abc import Callable, Mapping

from tests.stand_in.domain import Manner

SIMPLE_PREFIX = "In short: "

_URDU = (
    "روبوٹ", "سبق", "مثال", "کام", "دنیا", "سوال", "حرکت", "علم", "آنکھ", "راستہ",
    "مشین", "آسان", "نظام", "پہلا", "طالب", "وقت", "جواب", "حصہ", "طریقہ", "بات",
)  # fmt: skip
# A word of letters only: no part of a number, an identifier, a placeholder or an entity.
_WORD = re.compile(r"(?<![\w⟦&])[^\W\d_]+(?:[’'][^\W\d_]+)*(?!\w)|(?<=_)[^\W\d_]+(?=_)")
_PLAIN_WORD = re.compile(r"(?<=[a-z,] )[a-z]+ (?=[a-z])")
_EVERY = 3


def answer_run(manner: Manner, text: str) -> str:
    return _WAYS[manner](text)


def _repeat(text: str) -> str:
    return text


def _shorten(text: str) -> str:
    """Leave out every third plain word that stands between plain words of its sentence."""
    seen = 0

    def drop(word: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return "" if seen % _EVERY == 0 else word[0]

    return _PLAIN_WORD.sub(drop, text)


def _simplify(text: str) -> str:
    return SIMPLE_PREFIX + text if any(char.isalpha() for char in text) else text


def _translate(text: str) -> str:
    return _WORD.sub(lambda word: _URDU[zlib.crc32(word[0].encode()) % len(_URDU)], text)


_WAYS: Mapping[Manner, Callable[[str], str]] = {
    Manner.FAITHFUL: _repeat,
    Manner.SHORTENED: _shorten,
    Manner.SIMPLIFIED: _simplify,
    Manner.URDU: _translate,
}
