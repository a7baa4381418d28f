"""Fact sheets: what is true of a learner's hardware, with where and when it was read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from server.core.files import CatalogueError, FileModel, decode, parse_yaml, read_bytes
from server.plan.transformations.domain import NOTE_KINDS, Fact, FactSheet


class FactEntry(FileModel):
    id: str
    mentions: list[str]
    note: str
    source: str
    checked: date | str


class FactSheetFile(FileModel):
    id: str
    title: str
    kind: str
    facts: list[FactEntry]


@dataclass(frozen=True, slots=True)
class LoadedSheet:
    """A fact sheet and the bytes it was read from, which are part of a digest."""

    sheet: FactSheet
    path: Path
    data: bytes


def load_sheets(directories: Iterable[Path]) -> Mapping[str, LoadedSheet]:
    """Every `*.yaml` of the directories by id; a later directory replaces an earlier one's."""
    sheets = dict[str, LoadedSheet]()
    for directory in directories:
        here = dict[str, LoadedSheet]()
        for path in sorted(directory.glob("*.yaml")):
            loaded = _load_sheet(path)
            if loaded.sheet.id in here:
                raise CatalogueError(path, f"The id `{loaded.sheet.id}` is used by two files.")
            here[loaded.sheet.id] = loaded
        sheets |= here
    return sheets


def _load_sheet(path: Path) -> LoadedSheet:
    data = read_bytes(path)
    content = parse_yaml(path, decode(path, data), FactSheetFile)
    if not content.facts:
        raise CatalogueError(path, "The sheet holds no facts.")
    if content.kind not in NOTE_KINDS:
        known = ", ".join(f"`{name}`" for name in sorted(NOTE_KINDS))
        raise CatalogueError(path, f"`kind` is `{content.kind}`; it may be one of {known}.")
    facts = tuple(_read_fact(path, entry) for entry in content.facts)
    ids = [fact.id for fact in facts]
    doubled = next((fact_id for fact_id in ids if ids.count(fact_id) > 1), None)
    if doubled is not None:
        raise CatalogueError(path, f"The fact `{doubled}` is there twice.")
    sheet = FactSheet(id=content.id, title=content.title, kind=content.kind, facts=facts)
    return LoadedSheet(sheet=sheet, path=path, data=data)


def _read_fact(path: Path, entry: FactEntry) -> Fact:
    if not entry.mentions or not all(term.strip() for term in entry.mentions):
        raise CatalogueError(path, f"The fact `{entry.id}` needs the terms that it is about.")
    if not entry.note or "\n\n" in entry.note:
        raise CatalogueError(path, f"The note of `{entry.id}` must be one paragraph.")
    if not entry.source:
        raise CatalogueError(path, f"The fact `{entry.id}` does not say where it was read.")
    return Fact(
        id=entry.id,
        mentions=tuple(entry.mentions),
        note=entry.note,
        source=entry.source,
        checked=_read_date(path, entry),
    )


def _read_date(path: Path, entry: FactEntry) -> str:
    if isinstance(entry.checked, date):
        return entry.checked.isoformat()
    try:
        return date.fromisoformat(entry.checked).isoformat()
    except ValueError:
        sentence = f"`{entry.checked}` in `{entry.id}` is not a date like 2026-11-21."
        raise CatalogueError(path, sentence) from None
