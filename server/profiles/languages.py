"""Language tags: BCP-47 in its canonical form, with the direction and the English name."""

from functools import lru_cache
from typing import Literal

from langcodes import Language, standardize_tag, tag_is_valid
from langcodes.tag_parser import LanguageTagError

Direction = Literal["ltr", "rtl"]

LONGEST_TAG = 35  # what BCP-47 asks of fixed-size fields, and the width of the log's column
NOT_A_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})
UNNAMED = "Unknown language"
RIGHT_TO_LEFT_SCRIPTS = frozenset(
    {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)


class NotALanguageTag(ValueError):
    """The text is not a tag of a language that a chapter can be written in."""


@lru_cache(maxsize=1024)
def canonical_tag(text: str) -> str:
    """The tag in its canonical form (`UR-pk` is `ur-PK`); raise NotALanguageTag.

    Extensions and private-use subtags are refused: they name no language that a model could write,
    and they are free text that would find its way into a prompt.
    """
    if len(text) > LONGEST_TAG or not _is_valid(text):
        raise NotALanguageTag("is not a BCP-47 language tag such as fr, pt-BR or zh-Hant")
    tag = str(standardize_tag(text))
    language = Language.get(tag)
    if language.extensions or language.private or not _is_written(language):
        raise NotALanguageTag("names no language that a chapter can be written in")
    return tag


def primary_subtag(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0]


@lru_cache(maxsize=1024)
def direction_of(tag: str) -> Direction:
    """The direction of the script that the language is written in unless the tag names another."""
    script = Language.get(tag).maximize().script
    return "rtl" if script in RIGHT_TO_LEFT_SCRIPTS else "ltr"


@lru_cache(maxsize=1024)
def display_name(tag: str) -> str:
    """The English name: `ur` is Urdu, `zh-Hant` is Chinese (Traditional)."""
    return str(Language.get(tag).display_name("en"))


def _is_valid(text: str) -> bool:
    try:
        return tag_is_valid(text)
    except LanguageTagError:
        return False


def _is_written(language: Language) -> bool:
    if language.language is None or language.language in NOT_A_LANGUAGE:
        return False
    return not str(language.language_name("en")).startswith(UNNAMED)
