"""Figures: the numbers of a text in any digits and any language's writing, with their units.

A number can be read in more than one way: `1.000` is a thousand in German and one in English,
`10 000` is one number or two. So each has readings, of which one must be found on the other side.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from server.book.languages.tags import find_primary

LARGEST_IN_WORDS = 12  # bare whole numbers up to here may be written out, or come from words

# Languages that write 3,5 where English writes 3.5.
_DECIMAL_COMMA = frozenset(
    [
        "af", "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr",
        "gl", "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "ky", "lt", "lv", "mk", "mn", "nb",
        "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "uz",
        "vi",
    ]
)  # fmt: skip

# Latin letters that stand behind a number, and the English words they may be spelled out as.
UNITS = {
    "%": r"per\s?cent",
    "°C": r"degrees?\s+Celsius", "°F": r"degrees?\s+Fahrenheit", "°": r"degrees?",
    "mV": r"millivolts?", "kV": r"kilovolts?", "V": r"volts?",
    "mAh": r"milliamp(?:ere)?[\s-]hours?", "Ah": r"amp(?:ere)?[\s-]hours?",
    "mA": r"milliamp(?:ere)?s?", "A": r"amp(?:ere)?s?",
    "Wh": r"watt[\s-]hours?", "kW": r"kilowatts?", "mW": r"milliwatts?", "W": r"watts?",
    "GHz": r"gigahertz", "MHz": r"megahertz", "kHz": r"kilohertz", "Hz": r"hertz",
    "TB": r"terabytes?", "GB": r"gigabytes?", "MB": r"megabytes?", "kB": r"kilobytes?",
    "KB": r"kilobytes?", "TiB": r"tebibytes?", "GiB": r"gibibytes?", "MiB": r"mebibytes?",
    "KiB": r"kibibytes?", "GB/s": r"gigabytes?\s+(?:per|a)\s+second",
    "MB/s": r"megabytes?\s+(?:per|a)\s+second", "Gbps": r"gigabits?\s+(?:per|a)\s+second",
    "Mbps": r"megabits?\s+(?:per|a)\s+second", "kbps": r"kilobits?\s+(?:per|a)\s+second",
    "TOPS": r"tera[\s-]?operations\s+(?:per|a)\s+second", "TFLOPS": r"teraflops",
    "GFLOPS": r"gigaflops", "fps": r"frames?\s+(?:per|a)\s+second",
    "FPS": r"frames?\s+(?:per|a)\s+second", "rpm": r"revolutions?\s+(?:per|a)\s+minute",
    "RPM": r"revolutions?\s+(?:per|a)\s+minute", "dpi": r"dots\s+per\s+inch",
    "ns": r"nanoseconds?", "µs": r"microseconds?", "us": r"microseconds?",
    "ms": r"milliseconds?", "s": r"seconds?", "min": r"minutes?", "h": r"hours?",
    "hr": r"hours?", "hrs": r"hours?", "nm": r"nanomet(?:re|er)s?", "µm": r"micromet(?:re|er)s?",
    "mm": r"millimet(?:re|er)s?", "cm": r"centimet(?:re|er)s?", "km": r"kilomet(?:re|er)s?",
    "km/h": r"kilomet(?:re|er)s?\s+(?:per|an)\s+hour", "m": r"met(?:re|er)s?",
    "m/s": r"met(?:re|er)s?\s+(?:per|a)\s+second", "m²": r"square\s+met(?:re|er)s?",
    "m/s²": r"met(?:re|er)s?\s+per\s+second\s+squared", "rad": r"radians?",
    "rad/s": r"radians?\s+(?:per|a)\s+second",
    "deg": r"degrees?", "mg": r"milligrams?", "kg": r"kilograms?", "g": r"grams?",
    "kN": r"kilonewtons?", "Nm": r"newton[\s-]met(?:re|er)s?", "N": r"newtons?",
    "kPa": r"kilopascals?", "MPa": r"megapascals?", "Pa": r"pascals?", "kJ": r"kilojoules?",
    "J": r"joules?", "dB": r"decibels?", "kΩ": r"kilo-?ohms?", "Ω": r"ohms?",
    "px": r"pixels?", "rem": r"rems?", "ml": r"millilit(?:re|er)s?", "mL": r"millilit(?:re|er)s?",
    "L": r"lit(?:re|er)s?", "K": r"kelvins?", "B": r"billion|bytes?",
}  # fmt: skip
# Behind a space these are words or the beginning of a name more often than units.
_ONLY_ATTACHED = frozenset({"A", "B", "K", "L", "us"})
_DECADE = re.compile(r"[0-9]{3}0s")

# What a number is multiplied with where languages count in steps of their own.
_SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9,
    "trillion": 12, "trillions": 12, "lakh": 5, "crore": 7,
    "ہزار": 3, "لاکھ": 5, "ملین": 6, "کروڑ": 7, "ارب": 9, "کھرب": 11,
    "ألف": 3, "مليون": 6, "ملايين": 6, "مليار": 9, "تريليون": 12, "هزار": 3, "میلیون": 6,
    "میلیارد": 9, "हज़ार": 3, "हजार": 3, "लाख": 5, "करोड़": 7, "अरब": 9,
    "tausend": 3, "Millionen": 6, "Milliarden": 9, "Billionen": 12, "mille": 3, "milliards": 9,
    "milliard": 9, "mil": 3, "millones": 6, "millón": 6, "milhões": 6, "bilhões": 9,
    "milioni": 6, "miliardi": 9, "тысяч": 3, "тысячи": 3, "миллион": 6, "миллиона": 6,
    "миллионов": 6, "миллиардов": 9, "миллиарда": 9, "триллионов": 12, "bin": 3, "milyon": 6,
    "milyar": 9, "trilyon": 12, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12,
    "천": 3, "만": 4, "억": 8, "조": 12,
}  # fmt: skip
# Letters that touch a number and multiply it: 1.5k, 7B, though a B may be bytes and a K kelvins.
_SUFFIXES = {"k": 3, "K": 3, "M": 6, "B": 9, "bn": 9}


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SPACE = "[ \u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"""
    (?P<body>[0-9]{{1,3}}(?:[ \u00a0\u2009\u202f'’][0-9]{{3}})+(?![0-9])|[0-9]+(?:[.,][0-9]+)*)
    (?P<rest>
        (?:st|nd|rd|th)(?![A-Za-z])
      | {_SPACE}?(?:{_alternatives(UNITS)})(?![A-Za-z0-9²/])
      | [ \u00a0\u2009\u202f-]?(?:{_alternatives(_SCALES)})(?![A-Za-z])
      | (?:{_alternatives(_SUFFIXES)})(?![A-Za-z0-9])
    )?
    """,
    re.VERBOSE,
)
# Behind a number in words, where a letter alone is more often a word.
UNIT_BEHIND = re.compile(
    rf"{_SPACE}?({_alternatives(UNITS.keys() - _ONLY_ATTACHED)})(?![A-Za-z0-9²/])"
)
# What stands before a number is looked at only where there is one: a pattern that begins with a
# digit is found many times faster.
_PART_OF_NAME = re.compile(r"[A-Za-z0-9_]\Z|[A-Za-z]-\Z")
_SIGN = re.compile(r"(?<![\w.)\]%°/-])[-−]\Z")
_DIGIT = re.compile(r"\d")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_MARKS = str.maketrans({"٫": ".", "٬": ",", "٪": "%", "％": "%", "μ": "µ", "⁄": "/"})
_GROUPS = re.compile(r"[ \u00a0\u2009\u202f'’.,]")
# By threes, or by twos as in South Asia: 1,50,000.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:[,.][0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
_LONGEST_NUMBER = 40  # digits; nobody multiplies more


class Weight(Enum):
    """How much hangs on a number."""

    EXACT = "it stays, and none comes in"
    SMALL = "a whole number up to twelve without a unit, which may come and go with the wording"
    LOOSE = "it may stand for a number and claims none: a place in a row, a word of two meanings"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text; each of its readings is what must be there to match it."""

    body: str
    readings: tuple[frozenset[str], ...]
    unit: str | None
    is_signed: bool
    weight: Weight
    span: tuple[int, int]

    def is_in(self, known: frozenset[str]) -> bool:
        """Whether one of its readings is among what another text holds."""
        return any(reading <= known for reading in self.readings)


def to_ascii_digits(text: str) -> str:
    """The text with the digits of every script as `0` to `9`."""
    return text if text.isascii() else _OTHER_DIGIT.sub(_to_ascii_digit, text)


def _to_ascii_digit(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit[0]))


@lru_cache(maxsize=512)
def list_quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """The numbers of a text in the given language, but not those that are part of a name."""
    if not _DIGIT.search(text):
        return ()
    has_comma = find_primary(language) in _DECIMAL_COMMA
    plain = to_ascii_digits(text).translate(_MARKS)
    return tuple(
        _read(match, has_comma=has_comma)
        for match in _NUMBER.finditer(plain)
        if not _PART_OF_NAME.search(plain, max(match.start() - 2, 0), match.start())
    )


def collect_readings(quantities: Iterable[Quantity]) -> frozenset[str]:
    """All that numbers can be read as."""
    return frozenset(each for one in quantities for reading in one.readings for each in reading)


def stands_signed(text: str, start: int) -> bool:
    """Whether a minus sign stands before what begins there."""
    return _SIGN.search(text, max(start - 1, 0), start) is not None


def _read(match: re.Match[str], *, has_comma: bool) -> Quantity:
    rest = (match["rest"] or "").strip("- \u00a0\u2009\u202f")
    readings = list(_list_readings(match["body"], has_comma=has_comma))
    power = _SCALES.get(rest) or _SUFFIXES.get(match["rest"] or "")
    if power:
        readings += list(_multiply(readings, power))
    unit = _find_unit(match, rest)
    is_signed = stands_signed(match.string, match.start())
    is_bare = not (unit or is_signed or rest in _SUFFIXES)
    return Quantity(
        body=match["body"],
        readings=tuple(readings),
        unit=unit,
        is_signed=is_signed,
        weight=_weigh(match["body"], rest, is_bare=is_bare),
        span=match.span(),
    )


def _weigh(body: str, rest: str, *, is_bare: bool) -> Weight:
    if rest in {"st", "nd", "rd", "th"}:
        return Weight.LOOSE
    is_small = len(body) <= 2 and body.isdigit() and int(body) <= LARGEST_IN_WORDS  # noqa: PLR2004
    return Weight.SMALL if is_small and is_bare else Weight.EXACT


def _find_unit(match: re.Match[str], rest: str) -> str | None:
    if rest == "s" and _DECADE.fullmatch(match[0]):
        return None
    if rest in UNITS and (rest not in _ONLY_ATTACHED or rest == match["rest"]):
        return rest
    # Turkish writes %20.
    return "%" if match.string[max(match.start() - 1, 0)] == "%" else None


def _list_readings(body: str, *, has_comma: bool) -> Iterator[frozenset[str]]:
    """What a number can mean; a version such as `1.2.3` means only itself."""
    parts = _GROUPS.split(body)
    separators = set(_GROUPS.findall(body))
    joined = "".join(parts)
    if separators <= {"."}:
        yield frozenset({body})
        if has_comma and _THOUSANDS.fullmatch(body):
            yield frozenset({joined})
        return
    if separators == {".", ","}:
        yield frozenset({f"{''.join(parts[:-1])}.{parts[-1]}"})
    elif separators != {","} or _THOUSANDS.fullmatch(body):
        yield frozenset({joined})
    if separators == {","} and (has_comma or not _THOUSANDS.fullmatch(body)):
        yield from _list_decimals(parts)
    yield frozenset(parts)


def _list_decimals(parts: list[str]) -> Iterator[frozenset[str]]:
    """Two parts are a fraction behind a comma, which authors write in English too."""
    if len(parts) == 2:  # noqa: PLR2004
        yield frozenset({".".join(parts)})


def _multiply(readings: Iterable[frozenset[str]], power: int) -> Iterator[frozenset[str]]:
    for reading in readings:
        number = "".join(reading)
        if len(reading) == 1 and number.count(".") <= 1 and len(number) <= _LONGEST_NUMBER:
            yield frozenset({format(Decimal(number).scaleb(power).normalize(), "f")})
