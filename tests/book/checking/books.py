"""Small books on disk, and what a check finds in them."""

from collections.abc import Mapping
from pathlib import Path

from server.book.checking.domain import BookReport, Code
from server.book.checking.service import check_book
from server.plan.recipes.service import list_ids
from server.settings import DialectSetting


def write_book(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def check_files(
    folder: Path,
    files: Mapping[str, str | bytes],
    dialect: DialectSetting = DialectSetting.AUTO,
) -> BookReport:
    return check_book(write_book(folder, files), dialect, list_ids)


def find_codes(report: BookReport) -> list[tuple[Code, int, int]]:
    """Every problem's code, line and column."""
    return [(problem.code, problem.line, problem.column) for problem in report.list_problems()]
