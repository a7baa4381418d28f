"""Language tags: BCP-47 in its canonical form, with direction, script and English name.

`canonical_tag` is the strict entry, for what a learner or a glossary names. Everything else takes
any text, for an author's front matter may hold any: what is no tag is read as English.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from langcodes import Language, standardize_tag, tag_is_valid
from langcodes.tag_parser import LanguageTagError

Direction = Literal["ltr", "rtl"]

DEFAULT_LANGUAGE = "en"
# What onboarding knows by name. For any other tag the names of all languages are loaded: 18 MB,
# which a worker does without for as long as nobody asks for a third language.
NAMED = {"en": "English", "ur": "Urdu"}
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
    if text in NAMED:
        return text
    if len(text) > LONGEST_TAG or not _is_valid(text):
        raise NotALanguageTag("is not a BCP-47 language tag such as fr, pt-BR or zh-Hant")
    tag = str(standardize_tag(text))
    language = Language.get(tag)
    if language.extensions or language.private or not _is_written(language):
        raise NotALanguageTag("names no language that a chapter can be written in")
    return tag


def is_language_tag(text: str) -> bool:
    """Whether `canonical_tag` takes the text."""
    try:
        canonical_tag(text)
    except NotALanguageTag:
        return False
    return True


@lru_cache(maxsize=1024)
def find_primary(tag: str) -> str:
    """The language's primary subtag: `ur` for `ur-PK`; what is no language is itself."""
    return _parse(tag).language or tag


@lru_cache(maxsize=1024)
def find_script(tag: str) -> str | None:
    """The ISO 15924 code of the script that the language is written in, or that the tag names."""
    script = _parse(tag).maximize().script
    return None if script is None else str(script)


def direction_of(tag: str) -> Direction:
    """The direction of the language's script."""
    return "rtl" if find_script(tag) in RIGHT_TO_LEFT_SCRIPTS else "ltr"


@lru_cache(maxsize=1024)
def display_name(tag: str) -> str:
    """The English name: `ur` is Urdu, `zh-Hant` is Chinese (Traditional)."""
    return NAMED.get(tag) or str(_parse(tag).display_name("en"))


def is_translation(source: str, target: str) -> bool:
    """Whether the target is another language or script; a regional spelling is not."""
    same_language = find_primary(source) == find_primary(target)
    return not same_language or find_script(source) != find_script(target)


def find_rendering(renderings: Mapping[str, str], target: str) -> str | None:
    """Of renderings by language tag, the target's own, else one in its language and script."""
    if target in renderings:
        return renderings[target]
    same = (text for tag, text in sorted(renderings.items()) if not is_translation(tag, target))
    return next(same, None)


def _parse(tag: str) -> Language:
    try:
        return Language.get(tag)
    except LanguageTagError:
        # An author's `lang: English` must not make us translate English into English.
        return Language.get(DEFAULT_LANGUAGE)


def _is_valid(text: str) -> bool:
    try:
        return tag_is_valid(text)
    except LanguageTagError:
        return False


def _is_written(language: Language) -> bool:
    if language.language is None or language.language in NOT_A_LANGUAGE:
        return False
    return not str(language.language_name("en")).startswith(UNNAMED)
