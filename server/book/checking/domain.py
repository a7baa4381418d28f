"""The frozen values of a check: problems with their places, and a report per chapter and book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from server.book.chapters.domain import Dialect
from server.errors import TextbookError


class UncheckableBook(TextbookError):
    """There is nothing to check where the command was pointed."""

    slug = "uncheckable-book"
    title = "The book cannot be checked"


class Severity(StrEnum):
    """How bad a problem is that the check of a book found."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """The stable name of each problem of a book; a published one never changes its meaning.

    An error breaks a page, a name or an author's wish; a warning is likely a slip.
    """

    severity: Severity

    def __new__(cls, name: str, severity: Severity = Severity.ERROR) -> Self:
        code = str.__new__(cls, name)
        code._value_ = name
        code.severity = severity
        return code

    # The file and its names
    NOT_UTF8 = "not-utf8"
    NUL_BYTE = "nul-byte"
    UNREADABLE = "unreadable-file"
    LONG_ID = "long-id"
    SAME_ID = "same-id"
    ALIAS_COLLISION = "alias-collision"
    # Front matter
    BROKEN_FRONT_MATTER = "broken-front-matter"
    UNCLOSED_FRONT_MATTER = "unclosed-front-matter"
    DOUBLED_KEY = "doubled-key", Severity.WARNING
    WRONG_TYPE = "wrong-type"
    UNKNOWN_KEY = "unknown-key", Severity.WARNING
    UNKNOWN_LANGUAGE = "unknown-language"
    UNKNOWN_TRANSFORMATION = "unknown-transformation"
    UNKNOWN_WORD = "unknown-word"
    # Blocks
    UNCLOSED_FENCE = "unclosed-fence"
    RUNAWAY_FENCE = "runaway-fence", Severity.WARNING
    UNCLOSED_COMMENT = "unclosed-comment"
    NESTED_COMMENT = "nested-comment", Severity.WARNING
    UNCLOSED_TAG = "unclosed-tag"
    STRAY_TAG = "stray-tag"
    UNCLOSED_ELEMENT = "unclosed-element", Severity.WARNING
    STRAY_ELEMENT = "stray-element", Severity.WARNING
    UNCLOSED_DIRECTIVE = "unclosed-directive"
    STRAY_DIRECTIVE_END = "stray-directive-end"
    DIRECTIVE_NESTING = "directive-nesting", Severity.WARNING
    EXTRA_CELLS = "extra-cells", Severity.WARNING
    STRAY_BACKTICK = "stray-backtick", Severity.WARNING
    MISSPELLED_LOCK = "misspelled-lock"
    LOCK_WITHOUT_EFFECT = "lock-without-effect"
    # References, headings, characters
    UNDEFINED_REFERENCE = "undefined-reference", Severity.WARNING
    UNDEFINED_FOOTNOTE = "undefined-footnote"
    DOUBLED_DEFINITION = "doubled-definition", Severity.WARNING
    DUPLICATE_HEADING_ID = "duplicate-heading-id"
    HEADING_ID_COLLISION = "heading-id-collision", Severity.WARNING
    HEADING_JUMP = "heading-jump", Severity.WARNING
    CONTROL_CHARACTER = "control-character", Severity.WARNING
    BIDI_CHARACTER = "bidi-character", Severity.WARNING
    MISSING_FILE = "missing-file", Severity.WARNING
    MISSING_ANCHOR = "missing-anchor", Severity.WARNING
    # How it is cut for rewriting
    LONG_SECTION = "long-section", Severity.WARNING
    MANY_SPANS = "many-spans", Severity.WARNING
    INEXACT_JOIN = "inexact-join"
    UNSTABLE_SECTION = "unstable-section"
    # Beside the chapters
    GLOSSARY = "glossary"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as a check finds it: at an offset in the file's text."""

    offset: int
    code: Code
    sentence: str


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem where an editor finds it; lines and columns count from 1, columns in characters."""

    path: str  # below the book's folder, with `/`
    line: int
    column: int
    code: Code
    sentence: str

    @property
    def severity(self) -> Severity:
        return self.code.severity


@dataclass(frozen=True, slots=True)
class OpaqueStretch:
    """Text that is kept whole because nobody can say what in it is prose."""

    line: int
    column: int
    characters: int
    why: str
    is_intended: bool  # its author meant it for the site generator, not for readers


@dataclass(frozen=True, slots=True)
class Counts:
    """What a chapter is made of."""

    sections: int = 0
    locked_sections: int = 0
    runs: Mapping[str, int] = field(default_factory=dict[str, int])  # by kind
    spans: Mapping[str, int] = field(default_factory=dict[str, int])  # protected inside runs
    blocks: Mapping[str, int] = field(default_factory=dict[str, int])  # protected between runs
    letters: int = 0
    prose_letters: int = 0  # those a rewrite may change

    @property
    def prose_share(self) -> float:
        return self.prose_letters / self.letters if self.letters else 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """A target that the book itself should hold."""

    line: int
    column: int
    target: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Targets:
    """What others may link to in a chapter, and what it links to."""

    anchors: frozenset[str] = frozenset()
    takes_in_others: bool = False  # it includes or imports text, so it has anchors of theirs
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class ChapterFile:
    """A file of the book that is a chapter, by the library's rules."""

    chapter_id: str
    name: str  # the path below the book's folder, with `/`
    path: Path


@dataclass(frozen=True, slots=True)
class ChapterReport:
    """What the check of a book found in one chapter."""

    file: ChapterFile
    title: str
    counts: Counts
    opaque: Sequence[OpaqueStretch]
    joins_exactly: bool
    splits_alone: bool
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class BookReport:
    """What the check found in a whole book."""

    directory: Path
    dialect: Dialect
    chapters: Sequence[ChapterReport]
    problems: Sequence[Problem]  # of files that are no chapters

    def list_problems(self) -> list[Problem]:
        """Return every problem, by file and line."""
        of_chapters = [problem for each in self.chapters for problem in each.problems]
        return sorted([*of_chapters, *self.problems])

    def count(self, severity: Severity) -> int:
        return sum(problem.severity is severity for problem in self.list_problems())
