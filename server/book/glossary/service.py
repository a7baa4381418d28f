"""The glossary’s file: read, checked, and read again when it changes."""

from pathlib import Path

import structlog
from pydantic import Field

from server.book.glossary.domain import WORD, Glossary, Term, build_glossary, make_key
from server.book.languages.tags import is_language_tag
from server.core.files import (
    CatalogueError,
    FileModel,
    Stamp,
    decode,
    parse_yaml,
    read_bytes,
    read_stamp,
)


class TermEntry(FileModel):
    """A term as the glossary's file has it."""

    term: str
    definition: str
    keep: bool = False
    translations: dict[str, str] = Field(default_factory=dict)


class GlossaryContent(FileModel):
    """The whole of the glossary's file."""

    terms: list[TermEntry]


_log = structlog.get_logger(__name__)


def load_glossary(path: Path) -> Glossary:
    """Read the file; none is an empty glossary, a broken one a CatalogueError."""
    if not path.exists():
        return build_glossary(())
    content = parse_yaml(path, decode(path, read_bytes(path)), GlossaryContent)
    terms = dict[str, Term]()
    for entry in content.terms:
        key = make_key(entry.term)
        if key in terms:
            raise CatalogueError(path, f"The term `{entry.term}` is there twice.")
        terms[key] = _read_term(path, entry)
    return build_glossary(terms.values())


def _read_term(path: Path, entry: TermEntry) -> Term:
    if not WORD.search(entry.term) or not entry.definition:
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

    def _read_stamp(self) -> Stamp | None:
        try:
            return read_stamp(self._path)
        except OSError:
            return None
