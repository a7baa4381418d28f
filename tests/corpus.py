"""Real chapters beside the repository: where they are, and what is tested only with them."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.mark.structures import ParameterSet

T = TypeVar("T")

REPOSITORY = Path(__file__).parents[1]
_FOLDER = os.environ.get("CORPUS")  # noqa: TID251  # no setting of the product
CORPUS = Path(_FOLDER) if _FOLDER else REPOSITORY.parent / "shared" / "corpus"
MANIFEST = CORPUS / "MANIFEST.md"
FILES = sorted(CORPUS.rglob("*/*.md*"))

# For a test that reads the corpus: skipped where there is none (`tests/conftest.py`).
NEEDS_CORPUS = pytest.mark.corpus


def name_file(path: Path) -> str:
    """A file's name in a test's id."""
    return str(path.relative_to(CORPUS))


EACH_FILE = pytest.mark.parametrize("path", FILES, ids=name_file)


def mark_all(values: Iterable[T]) -> list[ParameterSet]:
    """Cases that come from the corpus, among others that do not."""
    return [pytest.param(value, marks=NEEDS_CORPUS) for value in values]
