"""The ways of answering a run; each is a function of the run's text alone."""

import re
import zlib
from collections.abc import Callable, Mapping
from functools import partial

from tests.stand_in.domain import Manner

SIMPLE_PREFIX = "In short: "

_WORDS: Mapping[Manner, tuple[str, ...]] = {
    Manner.URDU: (
        "روبوٹ", "سبق", "مثال", "کام", "دنیا", "سوال", "حرکت", "علم", "آنکھ", "راستہ",
        "مشین", "آسان", "نظام", "پہلا", "طالب", "وقت", "جواب", "حصہ", "طریقہ", "بات",
    ),
    Manner.ARABIC: (
        "الذراع", "العالم", "تتحرك", "ثم", "الدرس", "عندما", "الحركة", "إلى", "ينظر", "الطريق",
        "هذه", "سهلة", "النظام", "الأول", "يتعلم", "الوقت", "الجواب", "التي", "الطريقة", "كانت",
    ),
    Manner.FRENCH: (
        "le", "monde", "bouge", "puis", "leçon", "lorsque", "mouvement", "vers", "regarde",
        "chemin", "cette", "facile", "système", "première", "apprend", "pendant", "réponse",
        "dans", "toujours", "était",
    ),
    Manner.SERBIAN: (
        "ruka", "svet", "pokreće", "zatim", "lekcija", "kada", "kretanje", "prema", "gleda",
        "putanja", "ovaj", "lako", "sistem", "prvi", "uči", "vreme", "odgovor", "deo", "način",
        "bilo",
    ),
    Manner.CHINESE: (
        "機器人", "課程", "例子", "工作", "世界", "問題", "運動", "知識", "眼睛", "道路",
        "機器", "簡單", "系統", "第一", "學生", "時間", "答案", "部分", "方法", "事情",
    ),
}  # fmt: skip
# A word of letters only: no part of a number, an identifier, a placeholder or an entity.
_WORD = r"(?<![\w⟦&])[^\W\d_]+(?:[’'][^\W\d_]+)*(?!\w)|(?<=_)[^\W\d_]+(?=_)"
# Numbers in words; they stay as they are, for a translator would find the same in another language.
_NUMBER_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|dozen"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundred|thousand|(?:m|b|tr)illion)"
)
_NUMBER_WORDS = (
    rf"\b(?i:{_NUMBER_WORD}(?:(?:[\s-]+(?:and\s+)?|\s+(?:and\s+|of\s+)?an?\s+){_NUMBER_WORD})*)\b"
)
# What no translator touches: a number with its unit, whatever looks like code, the book's names.
_UNTRANSLATED = r"""
    \d[\d.,]*[ \u00a0]?(?:[kKMGTm]?(?:i?B|Hz|V|A|W|J|Pa|N|Wh|Ah)(?:/s)?
        |[mnµu]?s|[cmkµn]?m(?:/s²?|/h)?|[mk]?g|min|hrs?|h|fps|FPS|rpm|RPM|rad(?:/s)?|deg|px|rem|Nm|dB|[kMG]bps|TOPS|[GT]FLOPS
        |°[CF]|K)(?![A-Za-z0-9])
  | (?<![^\s⟦⟧])[^\s⟦⟧]*
    (?:[A-Za-z]\d|[a-z][A-Z]|[A-Za-z]_[A-Za-z]|--[a-z]|[^\W\d]\.\w|\(\)|[A-Z]{2}-\d)[^\s⟦⟧]*
  | (?<![\w/.])/[a-z_][\w/]*
  | \b(?:[A-Z]{2,}s?|Jetson|JetPack|Gazebo|Isaac[ ](?:Sim|Lab))\b
"""
_TRANSLATABLE = re.compile(rf"(?P<kept>{_UNTRANSLATED}|{_NUMBER_WORDS})|{_WORD}", re.VERBOSE)
_PLAIN_WORD = re.compile(rf"(?<=[a-z,] )(?!{_NUMBER_WORD}\b)[a-z]+ (?=[a-z])")
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


def _translate(words: tuple[str, ...], text: str) -> str:
    def translate(found: re.Match[str]) -> str:
        return found["kept"] or words[zlib.crc32(found[0].encode()) % len(words)]

    return _TRANSLATABLE.sub(translate, text)


_WAYS: Mapping[Manner, Callable[[str], str]] = {
    Manner.FAITHFUL: _repeat,
    Manner.SHORTENED: _shorten,
    Manner.SIMPLIFIED: _simplify,
    # As long as nothing orders anything.
    Manner.OBEDIENT: _simplify,
    Manner.OBEDIENT_RAW: _simplify,
    **{manner: partial(_translate, words) for manner, words in _WORDS.items()},
}
