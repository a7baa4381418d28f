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
from pathlib import Path

import structlog

from server.book.languages.tags import is_language_tag
from server.plan.transformations.domain import Term
from server.plan.transformations.reading import (
    CatalogueError,
    GlossaryContent,
    TermEntry,
    decode,
    parse_yaml,
    read_bytes,
)

_log = structlog.get_logger(__name__)
_WORD = re.compile(r"\w")
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
                else _holds(folded, _make_key(term.term))
            )
        )


def build_glossary(terms: Iterable[Term]) -> Glossary:
    """Put the terms in order; of the same length they stand in alphabetical order."""
    return Glossary(tuple(sorted(terms, key=lambda term: (-len(term.term), term.term))))


def _holds(text: str, spelling: str) -> bool:
    """Whether the spelling stands in the text as a whole word; `find` outruns any pattern here."""
    start = text.find(spelling)
    while start != -1:
        alone_before = start == 0 or not _WORD.match(text, start - 1)
        if alone_before and _END_OF_TERM.match(text, start + len(spelling)):
            return True
        start = text.find(spelling, start + 1)
    return False


def _join_spaces(text: str) -> str:
    return " ".join(text.split())


def _make_key(spelling: str) -> str:
    return _join_spaces(spelling).casefold()


def load_glossary(path: Path) -> Glossary:
    """Read the file; none is an empty glossary, a broken one a CatalogueError."""
    if not path.exists():
        return build_glossary(())
    content = parse_yaml(path, decode(path, read_bytes(path)), GlossaryContent)
    terms = dict[str, Term]()
    for entry in content.terms:
        key = _make_key(entry.term)
        if key in terms:
            raise CatalogueError(path, f"The term `{entry.term}` is there twice.")
        terms[key] = _read_term(path, entry)
    return build_glossary(terms.values())


def _read_term(path: Path, entry: TermEntry) -> Term:
    if not _WORD.search(entry.term) or not entry.definition:
        raise CatalogueError(path, f"The term `{entry.term}` needs a word and a definition.")
    for tag, rendering in entry.translations.items():
        if not is_language_tag(tag) or not rendering:
            raise CatalogueError(
                path, f"`{tag}` under `{entry.term}` must be a language tag with a rendering."
            )
    return Term(
        term=entry.term,
        definition=entry.definition,
        keep=entry.keep,
        translations=tuple(sorted(entry.translations.items())),
    )


class GlossaryFile:
    """The glossary as the file says now: a `stat` for each question, a reading for each edit.

    A file that is broken when the server starts is refused. One that an edit breaks later leaves
    the last good glossary in place, for a slip in one entry must not stop every chapter; `problem`
    then says what is wrong.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = self._read_stamp()
        self._glossary = load_glossary(path)
        self.problem: str | None = None

    def current(self) -> Glossary:
        """The glossary, read again if the file has changed."""
        stamp = self._read_stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            self._reload()
        return self._glossary

    def _reload(self) -> None:
        try:
            self._glossary = load_glossary(self._path)
            self.problem = None
        except CatalogueError as error:
            # Instructors read it; where the machine keeps the file is for the log alone.
            self.problem = f"{self._path.name}: {error.sentence}"
            _log.warning("glossary_not_reloaded", problem=str(error))

    def _read_stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
