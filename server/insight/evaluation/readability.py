"""Reading level by textstat, for the languages that it has a formula for.

textstat is an optional part (`pip install 'chapterwise[evaluate]'`). It would download a dictionary
of English syllables when it first sees `en`; under the tag with a hyphen it counts syllables by
hyphenation, as it does in every other language, and downloads nothing. That counts slightly fewer
syllables, before and after alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Protocol

from server.book.languages.tags import find_primary

ENGLISH = "en"
NAMES = {
    "en": "en-US",
    "de": "de_DE",
    "es": "es_ES",
    "fr": "fr_FR",
    "hu": "hu_HU",
    "it": "it_IT",
    "nl": "nl_NL",
    "ru": "ru_RU",
}
FEWEST_WORDS = 30  # below that the figures say nothing
ENDS = (".", "!", "?", ":", ";", "…")


class Formulas(Protocol):
    """The part of textstat that is used."""

    def set_lang(self, lang: str) -> None: ...

    def lexicon_count(self, text: str) -> int: ...

    def flesch_kincaid_grade(self, text: str) -> float: ...

    def flesch_reading_ease(self, text: str) -> float: ...


@dataclass(frozen=True, slots=True)
class ReadingLevel:
    """`grade` is Flesch and Kincaid's school year, for English alone; `ease` is Flesch's 0–100."""

    ease: float
    grade: float | None


def read_level(texts: Sequence[str], language: str) -> ReadingLevel | None:
    """The level of these passages together; None without textstat, a formula, or enough words."""
    primary = find_primary(language)
    formulas = _find_formulas()
    if formulas is None or primary not in NAMES:
        return None
    formulas.set_lang(NAMES[primary])
    text = "\n".join(_end_sentence(text) for text in texts if text.strip())
    if formulas.lexicon_count(text) < FEWEST_WORDS:
        return None
    grade = formulas.flesch_kincaid_grade(text) if primary == ENGLISH else None
    return ReadingLevel(
        ease=round(formulas.flesch_reading_ease(text), 1),
        grade=None if grade is None else round(grade, 1),
    )


def is_available() -> bool:
    """Whether what measures readability is installed."""
    return _find_formulas() is not None


@lru_cache
def _find_formulas() -> Formulas | None:
    try:
        formulas: Formulas = import_module("textstat").textstat
    except ImportError:
        return None
    return formulas


def _end_sentence(text: str) -> str:
    """A list item need not end in a full stop, but it is a sentence of its own."""
    stripped = text.strip()
    return stripped if stripped.endswith(ENDS) else f"{stripped}."
