"""Warm-ups: what one would take, its beginning, how far it is, its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from server.core.database.dependencies import SessionDep, SessionsDep
from server.errors import InvalidInput
from server.generation.warming.dependencies import WorkplaceDep
from server.generation.warming.domain import Estimate, Plans, Wish
from server.generation.warming.jobs import service as jobs
from server.generation.warming.service import check_wish, estimate
from server.web.dependencies import InstructorPageDep, TitlesDep, TrustedForm, VisitDep
from server.web.instructor.words import name_check

router = APIRouter(include_in_schema=False)

LONGEST_FIELD = 1000
# To say what it takes is seconds of work for each language in which everybody is asked for.
MOST_LANGUAGES = {Plans.IN_USE: 50, Plans.ALL: 5}


class WishForm(BaseModel):
    """What was filled in; without a chapter, the whole book is meant."""

    chapter_id: str = Field(default="", max_length=255)
    plans: Plans = Plans.IN_USE
    languages: str = Field(default="", max_length=LONGEST_FIELD)
    upgrade: bool = False

    def to_wish(self) -> Wish:
        """Raise InvalidInput for what is no language, or for too many of them."""
        tags = tuple(self.languages.replace(",", " ").split())
        if len(tags) > MOST_LANGUAGES[self.plans]:
            raise InvalidInput(
                f"These are too many languages: {MOST_LANGUAGES[self.plans]} at once is the most."
            )
        return check_wish(
            Wish(
                chapter_ids=(self.chapter_id,) if self.chapter_id else (),
                plans=self.plans,
                languages=tags,
                upgrade=self.upgrade,
            )
        )


def send_wish(
    chapter_id: Annotated[str, Form(max_length=255)] = "",
    plans: Annotated[Plans, Form()] = Plans.IN_USE,
    languages: Annotated[str, Form(max_length=LONGEST_FIELD)] = "",
    upgrade: Annotated[bool, Form()] = False,
) -> WishForm:
    """Read which warm-up an instructor's form asks for."""
    return WishForm(chapter_id=chapter_id, plans=plans, languages=languages, upgrade=upgrade)


SentWishDep = Annotated[WishForm, Depends(send_wish)]


@dataclass(frozen=True)
class Asking:
    """The page with the form, before and after it was read."""

    visit: VisitDep
    titles: TitlesDep
    workplace: WorkplaceDep

    def show(
        self, form: WishForm, needed: Estimate | None, refused: InvalidInput | None = None
    ) -> HTMLResponse:
        problem, status = None, 200
        if refused is not None:
            problem = " ".join(field.message for field in refused.fields) or refused.detail
            status = refused.status
        context = {
            "form": form,
            "needed": needed,
            "problem": problem,
            "model": self.workplace.model,
            "name_chapters": partial(name_chapters, titles=self.titles),
        }
        return self.visit.show("instructor/warm.html", context, status=status)


AskingDep = Annotated[Asking, Depends()]


@router.get("/instructor/warm")
async def show_estimate(
    _instructor: InstructorPageDep, asking: AskingDep, form: Annotated[WishForm, Query()]
) -> HTMLResponse:
    """What it would take, before anything is paid."""
    try:
        wish = form.to_wish()
    except InvalidInput as error:
        return asking.show(form, None, error)
    return asking.show(form, await estimate(asking.workplace, wish))


@router.post("/instructor/warm", dependencies=[TrustedForm])
async def start_warming(
    instructor: InstructorPageDep, asking: AskingDep, sessions: SessionsDep, form: SentWishDep
) -> Response:
    """Start a warm-up from its page."""
    try:
        wish = form.to_wish()
    except InvalidInput as error:
        return asking.show(form, None, error)
    job = await jobs.start_job(sessions, asking.workplace, instructor.id, wish)
    return RedirectResponse(f"/instructor/warming/{job.id}", status_code=303)


@router.get("/instructor/warming/{job_id}")
async def show_job(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    session: SessionDep,
    titles: TitlesDep,
    job_id: UUID,
) -> HTMLResponse:
    """The page of one warm-up's job."""
    job = await jobs.load_job(session, job_id)
    context = {"job": job, "titles": titles, **about_jobs(titles)}
    return visit.show("instructor/warming.html", context)


@router.post("/instructor/warming/{job_id}/cancel", dependencies=[TrustedForm])
async def cancel_job(instructor: InstructorPageDep, session: SessionDep, job_id: UUID) -> Response:
    """Cancel a warm-up from its page."""
    job = await jobs.cancel_job(session, instructor.id, job_id)
    return RedirectResponse(f"/instructor/warming/{job.id}", status_code=303)


def about_jobs(titles: Mapping[str, str]) -> Mapping[str, object]:
    """What a page needs to tell of warm-ups."""
    return {"name_chapters": partial(name_chapters, titles=titles), "name_check": name_check}


def name_chapters(chapter_ids: Sequence[str], titles: Mapping[str, str]) -> str:
    """The chapters' titles; with none named, the whole book is meant."""
    if not chapter_ids:
        return "The whole book"
    return ", ".join(titles.get(each, each) for each in chapter_ids)
