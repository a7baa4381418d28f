"""Scripts: which letters a language is written in. No model, only Unicode's own names."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from server.book.languages.tags import find_script

# The first word of a letter's Unicode name says its script; ISO 15924 has its own codes for them.
_SCRIPTS: Mapping[str, str] = {
    "ADLAM": "Adlm",
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "BOPOMOFO": "Bopo",
    "CANADIAN": "Cans",
    "CHEROKEE": "Cher",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "FULLWIDTH": "Latn",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "HALFWIDTH": "Kana",
    "HANGUL": "Hang",
    "HEBREW": "Hebr",
    "HIRAGANA": "Hira",
    "KANNADA": "Knda",
    "KATAKANA": "Kana",
    "KATAKANA-HIRAGANA": "Kana",
    "KHMER": "Khmr",
    "LAO": "Laoo",
    "LATIN": "Latn",
    "MALAYALAM": "Mlym",
    "MONGOLIAN": "Mong",
    "MYANMAR": "Mymr",
    "NKO": "Nkoo",
    "OL": "Olck",
    "ORIYA": "Orya",
    "SINHALA": "Sinh",
    "SYRIAC": "Syrc",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "THAANA": "Thaa",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
    "TIFINAGH": "Tfng",
    "YI": "Yiii",
}
_OTHER = "Zzzz"
# Letters that every script uses: ª, µ, ʼ, ℝ and the alphabets of formulas.
_COMMON = frozenset(
    {"BLACK-LETTER", "DOUBLE-STRUCK", "FEMININE", "MASCULINE", "MATHEMATICAL", "MICRO", "MODIFIER"}
)
_WRITTEN_TOGETHER: Mapping[str, frozenset[str]] = {
    "Aran": frozenset({"Arab"}),
    "Hans": frozenset({"Hani"}),
    "Hant": frozenset({"Hani", "Bopo"}),
    "Hanb": frozenset({"Hani", "Bopo"}),
    "Jpan": frozenset({"Hani", "Hira", "Kana"}),
    "Hrkt": frozenset({"Hira", "Kana"}),
    "Kore": frozenset({"Hang", "Hani"}),
}
_KNOWN = frozenset(_SCRIPTS.values())


def script_share(text: str, tag: str) -> float:
    """The share of the text's letters in the script of the tag's language; 1 where it has none.

    A script that we cannot tell from others counts as met, for it cannot be said to be missing.
    """
    wanted = scripts_of(tag)
    counts = count_scripts(text)
    total = sum(counts.values())
    if not total or not wanted <= _KNOWN:
        return 1.0
    return sum(counts[script] for script in wanted) / total


@lru_cache(maxsize=1024)
def scripts_of(tag: str) -> frozenset[str]:
    """The scripts that the language is written in: three for `ja`, one for `sr-Latn`."""
    script = find_script(tag) or _OTHER
    return _WRITTEN_TOGETHER.get(script, frozenset({script}))


def count_scripts(text: str) -> Counter[str]:
    """How many letters there are of each script, by its ISO 15924 code."""
    counts = Counter[str]()
    for char, count in Counter(text).items():
        script = _script_of(char)
        if script is not None:
            counts[script] += count
    return counts


@lru_cache(maxsize=8192)
def _script_of(char: str) -> str | None:
    if not char.isalpha():
        return None
    word = unicodedata.name(char, "").partition(" ")[0]
    return None if word in _COMMON else _SCRIPTS.get(word, _OTHER)
