"""Anchors: which headings may carry the ids they have anyway, and a text that says so."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile

from server.book.chapters.domain import Dialect, Heading
from server.book.chapters.headings import make_slug
from server.book.chapters.splitter import split_chapter
from server.book.checking.domain import ChapterFile, Severity, UncheckableBook
from server.book.checking.files import find_book, show
from server.book.checking.links import make_mkdocs_slug
from server.book.checking.manuscripts import (
    Manuscript,
    PlacedHeading,
    list_headings,
    read_manuscript,
)
from server.book.checking.service import is_mdx, read_chapter
from server.settings import DialectSetting

_COMMENT_ID = re.compile(r"\{/\*[ \t]*#[^\s*{}]+[ \t]*\*/\}")


class IdStyle(StrEnum):
    """How an id is written behind a heading."""

    AUTO = "auto"  # as the file does already, else braces
    BRACES = "braces"  # {#id}
    COMMENT = "comment"  # {/* #id */}


@dataclass(frozen=True, slots=True)
class HeadingId:
    """An id that a heading has by its text, and the mark that would make it its own."""

    heading: PlacedHeading
    mark: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A heading that gets no mark, with the reason."""

    heading: PlacedHeading
    why: str


@dataclass(frozen=True, slots=True)
class Naming:
    """The ids of one chapter, and its text with them; `content` is None where none is safe."""

    ids: Sequence[HeadingId]
    left_out: Sequence[LeftOut]
    content: str | None


def name_headings(manuscript: Manuscript, style: IdStyle) -> Naming:
    """Return a text in which every heading keeps its id, and as many as can say so."""
    headings = list_headings(manuscript)
    open_ones = [heading for heading in headings if not heading.is_explicit]
    reasons = {heading.start: why for heading, why in _list_hopeless(manuscript, open_ones)}
    before = _list_all(manuscript, manuscript.text)
    while True:
        chosen = [heading for heading in open_ones if heading.start not in reasons]
        ids = [HeadingId(each, _write_mark(manuscript, each, style)) for each in chosen]
        content = _insert(manuscript.text, ids)
        changed = _find_changed(before, _list_all(manuscript, content))
        if not changed:
            break
        harmful = _find_harmful(chosen, changed)
        if not harmful:
            return Naming((), (), None)
        reasons |= {each.start: "with it, the id of a heading would change" for each in harmful}
    left_out = [LeftOut(each, reasons[each.start]) for each in open_ones if each.start in reasons]
    return Naming(ids, left_out, content)


def _list_hopeless(
    manuscript: Manuscript, headings: Sequence[PlacedHeading]
) -> Iterator[tuple[PlacedHeading, str]]:
    for heading in headings:
        if not heading.id:
            yield heading, "its text holds nothing that an id is made of"
        elif manuscript.dialect is Dialect.MKDOCS:
            slug = make_mkdocs_slug(heading.text)
            if slug != heading.id:
                yield heading, f"MkDocs gives it another id, which begins with `{slug}`"


def _list_all(manuscript: Manuscript, text: str) -> list[Heading]:
    sections = split_chapter(text, dialect=manuscript.dialect, mdx=manuscript.mdx)
    return [heading for section in sections for heading in section.headings]


def _find_changed(before: Sequence[Heading], after: Sequence[Heading]) -> list[Heading]:
    """Return the headings, as they were, that are no longer the same."""
    if len(before) != len(after):
        return list(before)
    return [old for old, new in zip(before, after, strict=True) if old != new]


def _find_harmful(
    chosen: Sequence[PlacedHeading], changed: Sequence[Heading]
) -> list[PlacedHeading]:
    """A heading with an id of its own no longer counts when doubles of its slug are numbered."""
    slugs = {make_slug(heading.text) for heading in changed}
    return [heading for heading in chosen if make_slug(heading.text) in slugs]


def _write_mark(manuscript: Manuscript, heading: PlacedHeading, style: IdStyle) -> str:
    if _wants_comment(manuscript, heading, style):
        return f"{{/* #{heading.id} */}}"
    return f"{{#{heading.id}}}"


def _wants_comment(manuscript: Manuscript, heading: PlacedHeading, style: IdStyle) -> bool:
    if manuscript.dialect is not Dialect.DOCUSAURUS:
        return False
    # Docusaurus reads braces behind `#` headings only; elsewhere they would break its build.
    if style is IdStyle.COMMENT or heading.is_underlined:
        return True
    return style is IdStyle.AUTO and _COMMENT_ID.search(manuscript.views.with_comments) is not None


def _insert(text: str, ids: Sequence[HeadingId]) -> str:
    parts = list[str]()
    at = 0
    for each in ids:
        parts += [text[at : each.heading.end], " ", each.mark]
        at = each.heading.end
    return "".join([*parts, text[at:]])


@dataclass(frozen=True, slots=True)
class ChapterIds:
    """What the export makes of one file; `refusal` says why nothing of it can be written."""

    file: ChapterFile
    manuscript: Manuscript | None
    naming: Naming
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class BookIds:
    """The anchors of every chapter of the book, for links between them to be checked."""

    directory: Path
    dialect: Dialect
    chapters: Sequence[ChapterIds]


def plan_ids(directory: Path, setting: DialectSetting, style: IdStyle) -> BookIds:
    """Return the ids that each file's headings have; nothing is written."""
    files, dialect = find_book(directory, setting)
    if style is IdStyle.COMMENT and dialect is not Dialect.DOCUSAURUS:
        raise UncheckableBook(
            f"Only Docusaurus reads ids in comments, and this book is {dialect.value}."
        )
    return BookIds(directory, dialect, [_plan(file, dialect, style) for file in files])


def write_ids(book: BookIds) -> Iterator[ChapterIds]:
    """Write every file that gets an id; yield those that were written."""
    if book.dialect is Dialect.COMMONMARK:
        raise UncheckableBook(
            "CommonMark has no ids for headings, so there is nothing to write; say "
            "`--dialect docusaurus` or `--dialect mkdocs` where the site reads them."
        )
    for chapter in book.chapters:
        if chapter.naming.ids and chapter.naming.content is not None:
            try:
                _replace(chapter.file.path.resolve(), chapter.naming.content)
            except OSError as error:
                reason = (error.strerror or "no reason is given").lower()
                raise UncheckableBook(
                    f"{show(chapter.file.path)} cannot be written: {reason}."
                ) from error
            yield chapter


def _plan(file: ChapterFile, dialect: Dialect, style: IdStyle) -> ChapterIds:
    nothing = Naming((), (), None)
    text, problems = read_chapter(file, dialect)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        where = f"line {errors[0].line}: {errors[0].sentence}"
        return ChapterIds(file, None, nothing, f"it has errors, the first in {where}")
    manuscript = read_manuscript(text, dialect=dialect, mdx=is_mdx(file, dialect))
    naming = name_headings(manuscript, style)
    refusal = "its headings would not stay the same" if naming.content is None else None
    return ChapterIds(file, manuscript, naming, refusal)


def _replace(path: Path, content: str) -> None:
    """Replace a file in one step: whoever reads it meets the old text or the new one."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:80]}.", delete=False) as new:
        try:
            new.write(content.encode())
            new.flush()
            os.fsync(new.fileno())
            shutil.copymode(path, new.name)
            Path(new.name).replace(path)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
