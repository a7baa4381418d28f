"""Fact sheets: what is true of a learner's hardware, with where and when it was read."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from pydantic import Field

from server.core.files import CatalogueError, FileModel, decode, parse_yaml, read_bytes
from server.plan.transformations.domain import NOTE_KINDS, Activity, Fact, FactSheet


class FactEntry(FileModel):
    """A fact as a fact sheet's file has it."""

    id: str
    mentions: list[str]
    note: str
    source: str
    checked: date | str
    does: list[str] = Field(default_factory=list)


class FactSheetFile(FileModel):
    """The whole of a fact sheet's file."""

    id: str
    title: str
    kind: str
    facts: list[FactEntry]


def load_sheets(directories: Iterable[Path]) -> Mapping[str, FactSheet]:
    """Every `*.yaml` of the directories by id; a later directory replaces an earlier one's."""
    sheets = dict[str, FactSheet]()
    for directory in directories:
        here = dict[str, FactSheet]()
        for path in sorted(directory.glob("*.yaml")):
            sheet = _load_sheet(path)
            if sheet.id in here:
                raise CatalogueError(path, f"The id `{sheet.id}` is used by two files.")
            here[sheet.id] = sheet
        sheets |= here
    return sheets


def _load_sheet(path: Path) -> FactSheet:
    content = parse_yaml(path, decode(path, read_bytes(path)), FactSheetFile)
    if not content.facts:
        raise CatalogueError(path, "The sheet holds no facts.")
    if content.kind not in NOTE_KINDS:
        known = ", ".join(f"`{name}`" for name in sorted(NOTE_KINDS))
        raise CatalogueError(path, f"`kind` is `{content.kind}`; it may be one of {known}.")
    facts = tuple(_read_fact(path, entry, content.kind) for entry in content.facts)
    ids = [fact.id for fact in facts]
    doubled = next((fact_id for fact_id in ids if ids.count(fact_id) > 1), None)
    if doubled is not None:
        raise CatalogueError(path, f"The fact `{doubled}` is there twice.")
    return FactSheet(id=content.id, title=content.title, kind=content.kind, facts=facts)


def _read_fact(path: Path, entry: FactEntry, kind: str) -> Fact:
    if not entry.mentions or not all(term.strip() for term in entry.mentions):
        raise CatalogueError(path, f"The fact `{entry.id}` needs the terms that it is about.")
    if not entry.note or "\n\n" in entry.note:
        raise CatalogueError(path, f"The note of `{entry.id}` must be one paragraph.")
    if not entry.source:
        raise CatalogueError(path, f"The fact `{entry.id}` does not say where it was read.")
    return Fact(
        id=entry.id,
        kind=kind,
        mentions=tuple(entry.mentions),
        note=entry.note,
        source=entry.source,
        checked=_read_date(path, entry),
        does=_read_activities(path, entry),
    )


def _read_activities(path: Path, entry: FactEntry) -> frozenset[Activity]:
    try:
        return frozenset(Activity(word) for word in entry.does)
    except ValueError:
        known = ", ".join(f"`{activity}`" for activity in Activity)
        sentence = f"`does` of `{entry.id}` may name {known}."
        raise CatalogueError(path, sentence) from None


def _read_date(path: Path, entry: FactEntry) -> str:
    if isinstance(entry.checked, date):
        return entry.checked.isoformat()
    try:
        return date.fromisoformat(entry.checked).isoformat()
    except ValueError:
        sentence = f"`{entry.checked}` in `{entry.id}` is not a date like 2026-11-21."
        raise CatalogueError(path, sentence) from None
