"""Exporting: write headings' ids into the files, so that they outlive translations and edits."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from server.book.chapters.domain import Dialect
from server.book.checking.anchors import IdStyle, Naming, name_headings
from server.book.checking.domain import ChapterFile, Severity, UncheckableBook
from server.book.checking.files import find_book, show
from server.book.checking.manuscripts import Manuscript, read_manuscript
from server.book.checking.service import is_mdx, read_chapter
from server.settings import DialectSetting


@dataclass(frozen=True, slots=True)
class ChapterIds:
    """What the export makes of one file; `refusal` says why nothing of it can be written."""

    file: ChapterFile
    manuscript: Manuscript | None
    naming: Naming
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class BookIds:
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
