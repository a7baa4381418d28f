"""Pages of the book as instructors see it: glossary, catalogue, dry runs."""

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.generation.renditions.dependencies import OrderDeskDep
from server.learners.profiles.domain import DEFAULTS, LearnerFacts, Profile, profile_of
from server.learners.profiles.schemas import OnboardingRequest
from server.staff.instruction.book import service
from server.staff.instruction.book.service import TermSearch
from server.web.accounts import PROPOSED, drop_other_language
from server.web.dependencies import InstructorPage, TitlesDep, VisitDep
from server.web.errors import read_form

router = APIRouter(include_in_schema=False, dependencies=[InstructorPage])

LONGEST_SEARCH = 200
LONGEST_ANSWER = 100
LONGEST_ID = 1000  # the library refuses longer ones itself, in a sentence

SearchText = Annotated[str, Query(max_length=LONGEST_SEARCH)]
Answer = Annotated[str, Field(max_length=LONGEST_ANSWER)]
_ADDRESS = re.compile(r"(https?://[^\s()<>\"']+(?<![.,;:]))")


def get_search(words: SearchText = "", language: SearchText = "", show: str = "") -> TermSearch:
    """The form sends its empty fields, too."""
    return TermSearch(words.strip(), language, lacking=show == "lacking")


@router.get("/instructor/glossary")
async def show_glossary(
    visit: VisitDep,
    session: SessionDep,
    desk: OrderDeskDep,
    titles: TitlesDep,
    wanted: Annotated[TermSearch, Depends(get_search)],
) -> HTMLResponse:
    """The instructors' page of the glossary."""
    terminology = await service.describe_terms(session, desk)
    context = {
        "terminology": terminology,
        "shown": [each for each in terminology.languages if wanted.language in {"", each.tag}],
        "wanted": wanted,
        "terms": service.search_terms(terminology, wanted),
        "titles": titles,
    }
    return visit.show("instructor/glossary.html", context)


@router.get("/instructor/catalogue")
async def show_catalogue(visit: VisitDep, session: SessionDep, desk: OrderDeskDep) -> HTMLResponse:
    """The instructors' page of the catalogue of transformations."""
    described = await service.list_catalogue(session, desk)
    context = {
        "entries": list(zip(described, desk.catalogue.entries, strict=True)),
        "titles": {entry.id: entry.title for entry in described},
        "split_addresses": split_addresses,
        "exceptions": await service.list_exceptions(desk),
    }
    return visit.show("instructor/catalogue.html", context)


def split_addresses(source: str) -> list[str]:
    """Split a fact's source for the catalogue's page into words and http(s) addresses in turn."""
    return _ADDRESS.split(source)


class Trial(BaseModel):
    """The questions as the address names them; what it leaves out has its default."""

    chapter_id: Annotated[str, Field(max_length=LONGEST_ID)] = ""
    role: Answer = ""
    programming_experience: Answer = ""
    robotics_experience: Answer = ""
    hardware_availability: Answer = ""
    preferred_language: Answer = ""
    language_tag: Answer = ""

    @property
    def given(self) -> dict[str, str]:
        values = drop_other_language(self.model_dump(exclude={"chapter_id"}))
        return {name: value for name, value in values.items() if value}

    @property
    def answers(self) -> Mapping[str, str]:
        """Every question with what was said, or its default, for the form."""
        names = OnboardingRequest.model_fields
        defaults = {name: str(getattr(DEFAULTS, name)) for name in names}
        return {**defaults, "language_tag": "", **self.given}

    def read_profile(self) -> Profile:
        return profile_of(read_form(OnboardingRequest, self.given).answers())


@router.get("/instructor/dry-run")
async def show_dry_run(
    visit: VisitDep,
    session: SessionDep,
    desk: OrderDeskDep,
    titles: TitlesDep,
    trial: Annotated[Trial, Query()],
) -> HTMLResponse:
    """The form with what was typed, and below it what came of it."""
    context: dict[str, object] = {
        "titles": titles,
        "answers": trial.answers,
        "proposed": PROPOSED,
        "chosen": trial.chapter_id,
        "rehearsal": None,
        "problem": None,
    }
    status = 200
    if trial.chapter_id:
        try:
            rehearsal = await service.rehearse(
                session, desk, trial.chapter_id, LearnerFacts(trial.read_profile())
            )
            plan = rehearsal.plan
            context |= {"chosen": plan.chapter_id, "rehearsal": rehearsal, "plan": plan}
        except TextbookError as error:
            context["problem"], status = error.detail, error.status
    return visit.show("instructor/dry_run.html", context, status=status)
