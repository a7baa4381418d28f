"""The book's glossary: fixed renderings and definitions, and which of its terms a text holds.

The file (`docs/glossary.yaml`) is a mapping with one key:

    terms:
      - term: digital twin
        definition: A simulated copy of a robot that is kept in step with the real one.
        keep: false                 # true: stays in English in every language
        translations: {ur: ڈیجیٹل جڑواں}
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term; `translations` maps a BCP-47 tag to the fixed rendering."""

    term: str
    definition: str
    keep: bool  # stays in English in every language
    translations: tuple[tuple[str, str], ...]


WORD = re.compile(r"\w")
_END_OF_TERM = re.compile(r"(?:e?s)?(?!\w)")


@dataclass(frozen=True, slots=True)
class Glossary:
    """The book's terms, longest first.

    Terms match as whole words. One that is written in capitals (`ROS 2`, `IMU`) matches only so;
    any other matches in either case. A line break counts as a space, and an English plural as its
    singular. Whether a term occurs does not depend on the others.
    """

    terms: tuple[Term, ...]

    def occurring(self, text: str) -> tuple[Term, ...]:
        """The terms that the text holds, longest first."""
        exact = _join_spaces(text)
        folded = exact.casefold()
        return tuple(
            term
            for term in self.terms
            if (
                _holds(exact, _join_spaces(term.term))
                if term.term.isupper()
                else _holds(folded, make_key(term.term))
            )
        )


def build_glossary(terms: Iterable[Term]) -> Glossary:
    """Put the terms in order; of the same length they stand in alphabetical order."""
    return Glossary(tuple(sorted(terms, key=lambda term: (-len(term.term), term.term))))


def _holds(text: str, spelling: str) -> bool:
    """Whether the spelling stands in the text as a whole word; `find` outruns any pattern here."""
    start = text.find(spelling)
    while start != -1:
        alone_before = start == 0 or not WORD.match(text, start - 1)
        if alone_before and _END_OF_TERM.match(text, start + len(spelling)):
            return True
        start = text.find(spelling, start + 1)
    return False


def _join_spaces(text: str) -> str:
    return " ".join(text.split())


def make_key(spelling: str) -> str:
    """Return a glossary term's spelling without case and spaces that mean nothing."""
    return _join_spaces(spelling).casefold()
