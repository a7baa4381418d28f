"""Rules of the house that no linter knows: names, tables, packages and the map of them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Table

from server.app import PACKAGES
from server.core.database.base import Base

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "server"
MODULES = sorted(SERVER.rglob("*.py"))
FOLDERS = sorted({module.parent for module in MODULES})
# The field says so; everything else is named by what it holds.
GERUNDS = frozenset(
    {"auditing", "checking", "monitoring", "rewriting", "serving", "warming", "wording"}
)
NO_GERUNDS = frozenset({"meaning", "missing"})


def test_modules_are_named_by_what_they_hold() -> None:
    names = [path.stem for path in MODULES] + [path.name for path in FOLDERS]
    gerunds = [name for name in names if re.search(r"ing(_|$)", name)]
    assert set(gerunds) <= GERUNDS | NO_GERUNDS
    assert len(gerunds) * 100 < 8 * len(names)


@pytest.mark.parametrize(
    ("called", "home"),
    [
        ("write_brief", "generation/editions/service.py"),
        ("name_plan", "generation/editions/service.py"),
        ("plan_chapter", "generation/editions/service.py"),
        ("make_plan", "generation/editions/service.py"),
        ("section_key", "generation/editions/names.py"),
    ],
)
def test_one_writer_makes_plans_and_names_them(called: str, home: str) -> None:
    call = re.compile(rf"(?<!def )\b{called}\(")
    callers = {
        path.relative_to(SERVER).as_posix()
        for path in MODULES
        if call.search(path.read_text("utf-8"))
    }
    own = "plan/recipes/service.py"  # where plans are made of recipes
    assert callers - {own} == {home}


def test_nobody_is_one() -> None:
    assert sum("\nNOBODY = " in path.read_text("utf-8") for path in MODULES) == 1


def test_no_statement_names_a_table_by_a_string() -> None:
    database = SERVER / "core/database"
    naming = [
        path
        for path in MODULES
        if database not in path.parents and 'table("' in path.read_text("utf-8")
    ]
    assert naming == []


def test_every_table_is_brought_by_exactly_one_package() -> None:
    brought = [
        table if isinstance(table, Table) else table.__table__
        for package in PACKAGES
        for table in package.tables
    ]
    assert len(brought) == len(set(brought))
    assert set(brought) == set(Base.metadata.sorted_tables)


def test_every_package_with_a_record_is_listed() -> None:
    """Those that only bring words to the command line are listed there."""
    listed = (SERVER / "app.py").read_text("utf-8") + (SERVER / "cli.py").read_text("utf-8")
    for record in SERVER.rglob("package.py"):
        module = ".".join(record.relative_to(ROOT).with_suffix("").parts)
        assert f"from {module} import" in listed


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_every_package_says_what_it_is_for(folder: Path) -> None:
    assert (folder / "__init__.py").read_text("utf-8").startswith('"""')


def read_map() -> dict[str, set[str]]:
    """The map in CONTRIBUTING.md: each package's files; what stands in brackets is said of them."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Where a line belongs")[1]
    files: dict[str, set[str]] = {}
    path: list[str] = []
    for line in re.sub(r"\([^)]*\)", "", text.split("```")[1]).splitlines():
        package = re.match(r"( *)([a-z]+)/", line)
        if package:
            path = [*path[: len(package[1]) // 2], package[2]]
            files["/".join(path)] = set()
        elif line.strip():
            files["/".join(path)] |= set(re.findall(r"[a-z_]+", line))
    return files


def test_the_map_is_the_tree() -> None:
    written = read_map()
    folders = {folder.relative_to(ROOT).as_posix(): folder for folder in FOLDERS}
    assert set(written) - {"server/adr"} == set(folders)
    for path, folder in folders.items():
        files = {module.stem for module in folder.glob("*.py")} - {"__init__"}
        assert written[path] == files, path
