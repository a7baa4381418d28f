"""What English and Urdu call numbers: the tables of libraries, and the spellings these lack."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import import_module

from unicode_rbnf import FormatPurpose, RbnfEngine

from server.book.languages.tags import find_primary, find_script


class WordKind(StrEnum):
    """What a word does in a phrase that says a number."""

    NUMBER = "number"  # twenty, five, پچیس
    SCALE = "scale"  # multiplies what stands before it: thousand, لاکھ
    ORDINAL = "ordinal"  # third
    FRACTION = "fraction"  # half, آدھا
    SHIFT = "shift"  # adds to what stands behind it: ساڑھے تین is 3.5
    POINT = "point"  # three point five
    DIGITS = "digits"  # 2 million


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A word that stands for a number, or for part of one."""

    kind: WordKind
    value: Decimal
    # It means something else as often, or no exact number: it may stand for one, and claims none.
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language, and what may stand between two of one number."""

    words: Mapping[str, NumberWord]
    beside: re.Pattern[str]  # twenty-five
    beyond: re.Pattern[str]  # two hundred and five, two and a half
    until: re.Pattern[str]  # two or three thousand


# The libraries' tables go by number, and these are the ones that have a word of their own.
_TEENS = range(20)
_TENS = range(20, 100, 10)
_SCALES = tuple(10**power for power in (2, 3, 6, 9, 12))
_INDIAN_SCALES = (10**5, 10**7)

_ENGLISH_WORDS = {
    "dozen": NumberWord(WordKind.SCALE, Decimal(12)),
    "half": NumberWord(WordKind.FRACTION, Decimal("0.5")),
    "halves": NumberWord(WordKind.FRACTION, Decimal("0.5")),
    "quarter": NumberWord(WordKind.FRACTION, Decimal("0.25")),
    "quarters": NumberWord(WordKind.FRACTION, Decimal("0.25")),
    "point": NumberWord(WordKind.POINT, Decimal(0)),
    "twice": NumberWord(WordKind.ORDINAL, Decimal(2)),
    "both": NumberWord(WordKind.ORDINAL, Decimal(2)),
    "pair": NumberWord(WordKind.ORDINAL, Decimal(2)),
    "couple": NumberWord(WordKind.ORDINAL, Decimal(2)),
    "double": NumberWord(WordKind.ORDINAL, Decimal(2)),
    "triple": NumberWord(WordKind.ORDINAL, Decimal(3)),
}

# CLDR, and with it Babel, ICU and unicode-rbnf, has no number words of Urdu.
_URDU_SPELLINGS = {
    5: "پانچ", 6: "چھ چھہ", 18: "اٹھارا", 22: "بائس", 23: "تئیس تیئیس تیئس", 26: "چھبیس",
    27: "ستائیس ستائس", 28: "اٹھائیس اٹھائس", 43: "تیتالیس", 51: "اکاون", 53: "تریپن", 54: "چوون",
    63: "تریسٹھ", 64: "چونسٹھ", 68: "اڑسٹھ", 75: "پچھتر", 76: "چھیتر چھیہتر", 77: "ستہتر",
    78: "اٹھتر", 81: "اکاسی", 91: "اکیانوے", 93: "تیرانوے", 95: "پنچانوے", 99: "نناوے",
}  # fmt: skip
# They also mean: so, give, new, except, that very, better, cover, granddaughter, since, a base.
_URDU_DOUBTFUL = frozenset(["سو", "دو", "نو", "سوا", "اسی", "بہتر", "ستر", "نواسی", "چون", "بیس"])
_URDU_WORDS = {
    WordKind.SCALE: {
        "سو": "100", "ہزار": "1E3", "لاکھ": "1E5", "ملین": "1E6", "کروڑ": "1E7", "ارب": "1E9",
        "بلین": "1E9", "کھرب": "1E11", "ٹریلین": "1E12", "درجن": "12",
    },
    WordKind.NUMBER: {"ڈیڑھ": "1.5", "ڈھائی": "2.5", "اڑھائی": "2.5"},
    WordKind.SHIFT: {"ساڑھے": "0.5", "سوا": "0.25", "پونے": "-0.25"},
    WordKind.FRACTION: {
        "آدھا": "0.5", "آدھے": "0.5", "آدھی": "0.5", "آدھ": "0.5", "نصف": "0.5", "نیم": "0.5",
        "چوتھائی": "0.25",
    },
    WordKind.POINT: {"اعشاریہ": "0"},
    WordKind.ORDINAL: {
        "پہلا": "1", "پہلے": "1", "پہلی": "1", "دوسرا": "2", "دوسرے": "2", "دوسری": "2",
        "تیسرا": "3", "تیسرے": "3", "تیسری": "3", "چوتھا": "4", "چوتھے": "4", "چوتھی": "4",
        "چھٹا": "6", "چھٹے": "6", "چھٹی": "6", "دونوں": "2", "تینوں": "3", "چاروں": "4",
        "دگنا": "2", "دگنی": "2", "جوڑا": "2",
    },
}  # fmt: skip
_URDU_ENDINGS = ("واں", "ویں", "وں")  # of a place in a row, and of all of so many
_TO_URDU = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ"})
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")
_TO_FOLD = re.compile("[يىكه\u064b-\u0652\u0670]")


def fold_letters(text: str) -> str:
    """Return number words in Urdu's own letters, without the signs for short vowels."""
    if text.isascii() or not _TO_FOLD.search(text):
        return text
    return _VOWEL_SIGNS.sub("", text.translate(_TO_URDU))


def find_vocabulary(language: str) -> Vocabulary | None:
    """The words of a language whose numbers are read in words too; of any other only digits are."""
    primary = find_primary(language)
    if primary == "en":
        return _load_english()
    return _load_urdu() if primary == "ur" and find_script(language) == "Arab" else None


@cache
def _load_english() -> Vocabulary:
    return Vocabulary(
        words={**dict(_list_english()), **_ENGLISH_WORDS},
        beside=re.compile(r"\s+|\s*[-‐‑]\s*"),
        beyond=re.compile(r"\s+and\s+(?:an?\s+)?|\s+an?\s+|\s+of\s+an?\s+"),
        until=re.compile(r"\s+(?:to|or|and)\s+|\s*[-–—‐‑]\s*"),
    )


@cache
def _load_urdu() -> Vocabulary:
    # A translation that leaves a number in English has it still.
    return Vocabulary(
        words={**_load_english().words, **dict(_list_urdu())},
        beside=re.compile(r"[\s\u200c]+|\s*[-‐‑]\s*"),
        beyond=re.compile(r"\s+(?:اور|و|and)\s+"),
        until=re.compile(r"\s+(?:سے|یا|تا|اور|to|or|and)\s+|\s*[-–—‐‑]\s*|\s+"),
    )


def _list_english() -> Iterator[tuple[str, NumberWord]]:
    """The last word that CLDR spells each number with is that number's own."""
    english, indian = (RbnfEngine.for_language(name) for name in ("en", "en_IN"))
    for value in _INDIAN_SCALES:
        yield _spell(indian, value), NumberWord(WordKind.SCALE, Decimal(value))
    for value in (*_TEENS, *_TENS, *_SCALES):
        kind = WordKind.NUMBER if value < _SCALES[0] else WordKind.SCALE
        yield _spell(english, value), NumberWord(kind, Decimal(value))
        ordinal = _spell(english, value, FormatPurpose.ORDINAL)
        yield ordinal, NumberWord(WordKind.ORDINAL, Decimal(value))


def _spell(engine: RbnfEngine, value: int, purpose: FormatPurpose = FormatPurpose.CARDINAL) -> str:
    return engine.format_number(value, purpose).text.split()[-1]


def _list_urdu() -> Iterator[tuple[str, NumberWord]]:
    for value in range(100):
        for spelled in (*_spell_in_urdu(value), *_URDU_SPELLINGS.get(value, "").split()):
            yield _make_urdu(fold_letters(spelled), WordKind.NUMBER, value)
            for ending in _URDU_ENDINGS:
                yield _make_urdu(fold_letters(spelled) + ending, WordKind.ORDINAL, value)
    for kind, words in _URDU_WORDS.items():
        for word, number in words.items():
            yield _make_urdu(word, kind, number)


def _make_urdu(word: str, kind: WordKind, value: int | str) -> tuple[str, NumberWord]:
    return word, NumberWord(kind, Decimal(value), is_doubtful=word in _URDU_DOUBTFUL)


def _spell_in_urdu(value: int) -> list[str]:
    # The package has no types; it knows 22 languages, and is loaded with the first Urdu text.
    spell: Callable[..., list[str]] = import_module("indic_numtowords").num2words
    return spell(value, lang="ur", variations=True)
