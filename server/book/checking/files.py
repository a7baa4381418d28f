"""Finding: the book's files and its dialect, by the same rules as the library."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from server.book.chapters.dialects import guess_from_site, holds_directive
from server.book.chapters.domain import Dialect
from server.book.checking.domain import ChapterFile, UncheckableBook
from server.settings import DialectSetting

_ENDINGS = frozenset({".md", ".mdx"})
_HIDDEN = ("_", ".")


def find_book(directory: Path, setting: DialectSetting) -> tuple[Sequence[ChapterFile], Dialect]:
    """Return the book's chapters and dialect; UncheckableBook where there is no book."""
    try:
        next(directory.iterdir(), None)
        files = sorted(_walk(directory), key=lambda file: file.name)
        if not files:
            raise UncheckableBook(f"There are no chapters (.md or .mdx) below {show(directory)}.")
        return files, _find_dialect(directory, files, setting)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise UncheckableBook(f"{show(directory)} is no folder to check: {reason}.") from error


def show(path: Path | str) -> str:
    """Return a path as it can be printed, whatever bytes its name holds."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def _walk(directory: Path) -> Iterator[ChapterFile]:
    root = directory.resolve()
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
        for name in names:
            path = Path(folder, name)
            if name.startswith(_HIDDEN) or path.suffix not in _ENDINGS or not path.is_file():
                continue
            if path.resolve().is_relative_to(root):
                below = path.relative_to(directory)
                chapter_id = show(below.with_suffix("").as_posix())
                yield ChapterFile(chapter_id, show(below.as_posix()), path)


def _find_dialect(
    directory: Path, files: Sequence[ChapterFile], setting: DialectSetting
) -> Dialect:
    if setting is not DialectSetting.AUTO:
        return Dialect(setting.value)
    if guessed := guess_from_site(directory):
        return guessed
    speaks_docusaurus = any(file.path.suffix == ".mdx" or _holds_directive(file) for file in files)
    return Dialect.DOCUSAURUS if speaks_docusaurus else Dialect.COMMONMARK


def _holds_directive(file: ChapterFile) -> bool:
    try:
        return holds_directive(file.path.read_bytes().decode("utf-8", errors="replace"))
    except OSError:
        return False
