"""Files: the book's files and its dialect, by the same rules as the library."""

import os
from collections.abc import Sequence
from pathlib import Path

from server.book.chapters.dialects import choose_dialect, holds_directive
from server.book.chapters.domain import Dialect
from server.book.chapters.library import walk
from server.book.checking.domain import ChapterFile, UncheckableBook
from server.settings import DialectSetting


def find_book(directory: Path, setting: DialectSetting) -> tuple[Sequence[ChapterFile], Dialect]:
    """Return the book's chapters and dialect; UncheckableBook where there is no book."""
    try:
        next(directory.iterdir(), None)
        files = [
            ChapterFile(show(chapter_id), show(path.relative_to(directory).as_posix()), path)
            for chapter_id, path in walk(directory)
        ]
        files.sort(key=lambda file: file.name)
        if not files:
            raise UncheckableBook(f"There are no chapters (.md or .mdx) below {show(directory)}.")
        hints = (file.path.suffix == ".mdx" or _holds_directive(file) for file in files)
        return files, choose_dialect(directory, setting, hints)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise UncheckableBook(f"{show(directory)} is no folder to check: {reason}.") from error


def show(path: Path | str) -> str:
    """Return a path as it can be printed, whatever bytes its name holds."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def _holds_directive(file: ChapterFile) -> bool:
    try:
        return holds_directive(file.path.read_bytes().decode("utf-8", errors="replace"))
    except OSError:
        return False
