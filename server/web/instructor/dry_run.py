"""The page of the dry run: what a learner with these answers would get, and why."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from server.book.languages.tags import display_name
from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.generation.renditions.dependencies import OrderDeskDep
from server.learners.profiles.domain import DEFAULTS, Profile, profile_of
from server.learners.profiles.schemas import OnboardingRequest
from server.staff.instruction.book.domain import Rehearsal
from server.staff.instruction.book.service import rehearse
from server.web.accounts import name_proposed
from server.web.dependencies import InstructorPageDep, PagesDep, TitlesDep, VisitDep
from server.web.errors import explain
from server.web.pages import Pages, Visit

router = APIRouter(include_in_schema=False)

LONGEST_ANSWER = 100
LONGEST_ID = 1000  # the library refuses longer ones itself, in a sentence

Answer = Annotated[str, Query(max_length=LONGEST_ANSWER)]


class Trial:
    """The questions as the address names them; what it leaves out has its default."""

    def __init__(  # one argument for each field of the form
        self,
        chapter_id: Annotated[str, Query(max_length=LONGEST_ID)] = "",
        role: Answer = "",
        programming_experience: Answer = "",
        robotics_experience: Answer = "",
        hardware_availability: Answer = "",
        preferred_language: Answer = "",
        language_tag: Answer = "",
    ) -> None:
        self.chapter_id = chapter_id
        given = {
            "role": role,
            "programming_experience": programming_experience,
            "robotics_experience": robotics_experience,
            "hardware_availability": hardware_availability,
            "preferred_language": preferred_language,
            # The field stays filled when somebody turns back to English or Urdu.
            "language_tag": language_tag.strip() if preferred_language == "Other" else "",
        }
        self.given = {name: value for name, value in given.items() if value}

    @property
    def answers(self) -> Mapping[str, str]:
        """Every question with what was said, or its default, for the form."""
        names = OnboardingRequest.model_fields
        defaults = {name: str(getattr(DEFAULTS, name)) for name in names}
        return {**defaults, "language_tag": "", **self.given}

    def read_profile(self) -> Profile:
        try:
            return profile_of(OnboardingRequest.model_validate(self.given).answers())
        except ValidationError as error:
            raise explain(error) from error


@router.get("/instructor/dry-run")
async def show_dry_run(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    desk: OrderDeskDep,
    titles: TitlesDep,
    trial: Annotated[Trial, Depends(Trial)],
) -> HTMLResponse:
    if not trial.chapter_id:
        return _show(pages, visit, titles, trial)
    try:
        profile = trial.read_profile()
        rehearsal = await rehearse(session, desk, trial.chapter_id, profile)
    except TextbookError as error:
        return _show(pages, visit, titles, trial, problem=error)
    return _show(pages, visit, titles, trial, rehearsal=rehearsal)


def _show(
    pages: Pages,
    visit: Visit,
    titles: Mapping[str, str],
    trial: Trial,
    *,
    rehearsal: Rehearsal | None = None,
    problem: TextbookError | None = None,
) -> HTMLResponse:
    """The form with what was typed, and below it what came of it."""
    context = {
        "titles": titles,
        "answers": trial.answers,
        "proposed": name_proposed(),
        "chosen": rehearsal.chapter.id if rehearsal else trial.chapter_id,
        "rehearsal": rehearsal,
        "language": display_name(rehearsal.plan.language) if rehearsal else "",
        "problem": problem.detail if problem else None,
    }
    status = problem.status if problem else 200
    return pages.show(visit, "instructor/dry_run.html", context, status=status)
