"""The page of the catalogue: every transformation, when it applies, and what it says to a model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.core.database.dependencies import SessionDep
from server.generation.renditions.dependencies import OrderDeskDep
from server.plan.transformations.domain import Entry, Fact, FactSheet
from server.staff.instruction.book import service as book
from server.staff.instruction.book.domain import CatalogueEntry
from server.web.dependencies import InstructorPageDep, PagesDep, VisitDep

router = APIRouter(include_in_schema=False)

ADDS = {
    "runs": "rewrites the text",
    "notes": "adds notes beside the text",
    "both": "rewrites the text and adds notes beside it",
}
NOTES = {
    "hardware": "about hardware",
    "glossary": "that explain terms",
    "practice": "to practise with",
    "context": "from practice",
    "depth": "that go deeper",
    "teaching": "for teaching",
    "primer": "on the basics of robotics",
}
_ADDRESS = re.compile(r"(https?://[^\s()<>\"']+(?<![.,;:]))")


@dataclass(frozen=True)
class PresentedFact:
    """A fact; every other piece of its source is an address."""

    fact: Fact
    source: tuple[str, ...]


@dataclass(frozen=True)
class PresentedSheet:
    sheet: FactSheet
    facts: tuple[PresentedFact, ...]


@dataclass(frozen=True)
class PresentedEntry:
    """A transformation as instructors read it, with the file that it was read from."""

    entry: CatalogueEntry
    why: str
    adds: str
    notes: tuple[str, ...]
    sheets: tuple[PresentedSheet, ...]
    instruction: str
    file: str


@router.get("/instructor/catalogue")
async def show_catalogue(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    desk: OrderDeskDep,
) -> HTMLResponse:
    described = await book.list_catalogue(session, desk)
    entries = zip(described, desk.catalogue.entries, strict=True)
    context = {
        "entries": [_present(entry, source) for entry, source in entries],
        "titles": {entry.id: entry.title for entry in described},
        "exceptions": await book.list_exceptions(desk),
    }
    return pages.show(visit, "instructor/catalogue.html", context)


def _present(entry: CatalogueEntry, source: Entry) -> PresentedEntry:
    transformation = source.transformation
    kinds = sorted(transformation.note_kinds)
    return PresentedEntry(
        entry=entry,
        # Which language it is differs from learner to learner.
        why=entry.why.format(language="…"),
        adds=ADDS[entry.adds],
        # One that may add notes of every kind is not about any.
        notes=tuple(NOTES[kind] for kind in kinds) if len(kinds) < len(NOTES) else (),
        sheets=tuple(_present_sheet(sheet) for sheet in transformation.facts),
        instruction=transformation.instruction,
        file=source.path.name,
    )


def _present_sheet(sheet: FactSheet) -> PresentedSheet:
    facts = (PresentedFact(fact, tuple(split_addresses(fact.source))) for fact in sheet.facts)
    return PresentedSheet(sheet, tuple(facts))


def split_addresses(source: str) -> Iterator[str]:
    """Words and addresses in turn, words first; whatever is no http(s) address is words."""
    yield from _ADDRESS.split(source)
