"""Warm-ups: what one would take, its beginning, how far it is, its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.book.languages.tags import display_name
from server.core.database.dependencies import SessionDep, SessionsDep
from server.errors import InvalidInput
from server.generation.warming.dependencies import WorkplaceDep
from server.generation.warming.domain import Estimate, Job, JobState, Plans, Wish
from server.generation.warming.jobs import service as jobs
from server.generation.warming.service import check_wish, estimate
from server.web.dependencies import InstructorPageDep, PagesDep, TitlesDep, TrustedForm, VisitDep
from server.web.instructor.words import name_check
from server.web.labels import LABELS
from server.web.pages import Pages, Visit

router = APIRouter(include_in_schema=False)

LONGEST_FIELD = 1000
# To say what it takes is seconds of work for each language in which everybody is asked for.
MOST_LANGUAGES = {Plans.IN_USE: 50, Plans.ALL: 5}


@dataclass(frozen=True, slots=True)
class WishForm:
    """What was filled in; without a chapter, the whole book is meant."""

    chapter_id: str = ""
    plans: Plans = Plans.IN_USE
    languages: str = ""
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


def ask_wish(
    chapter_id: Annotated[str, Query(max_length=255)] = "",
    plans: Annotated[Plans, Query()] = Plans.IN_USE,
    languages: Annotated[str, Query(max_length=LONGEST_FIELD)] = "",
    upgrade: Annotated[bool, Query()] = False,
) -> WishForm:
    return WishForm(chapter_id, plans, languages, upgrade)


def send_wish(
    chapter_id: Annotated[str, Form(max_length=255)] = "",
    plans: Annotated[Plans, Form()] = Plans.IN_USE,
    languages: Annotated[str, Form(max_length=LONGEST_FIELD)] = "",
    upgrade: Annotated[bool, Form()] = False,
) -> WishForm:
    return WishForm(chapter_id, plans, languages, upgrade)


AskedWishDep = Annotated[WishForm, Depends(ask_wish)]
SentWishDep = Annotated[WishForm, Depends(send_wish)]


@router.get("/instructor/warm")
async def show_estimate(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    workplace: WorkplaceDep,
    titles: TitlesDep,
    form: AskedWishDep,
) -> HTMLResponse:
    """What it would take, before anything is paid."""
    asking = _Asking(visit, pages, titles, workplace.model)
    try:
        wish = form.to_wish()
    except InvalidInput as error:
        return asking.refuse(form, error)
    return asking.show(form, await estimate(workplace, wish))


@router.post("/instructor/warm", dependencies=[TrustedForm])
async def start_warming(
    visit: VisitDep,
    instructor: InstructorPageDep,
    pages: PagesDep,
    workplace: WorkplaceDep,
    sessions: SessionsDep,
    titles: TitlesDep,
    form: SentWishDep,
) -> Response:
    try:
        wish = form.to_wish()
    except InvalidInput as error:
        return _Asking(visit, pages, titles, workplace.model).refuse(form, error)
    job = await jobs.start_job(sessions, workplace, instructor.id, wish)
    return RedirectResponse(f"/instructor/warming/{job.id}", status_code=303)


@dataclass(frozen=True)
class _Asking:
    """The page with the form, before and after it was read."""

    visit: Visit
    pages: Pages
    titles: Mapping[str, str]
    model: str | None

    def show(self, form: WishForm, needed: Estimate) -> HTMLResponse:
        return self._show(form, {"needed": needed, "problem": None})

    def refuse(self, form: WishForm, error: InvalidInput) -> HTMLResponse:
        said = " ".join(field.message for field in error.fields) or error.detail
        return self._show(form, {"needed": None, "problem": said}, status=error.status)

    def _show(
        self, form: WishForm, outcome: Mapping[str, object], *, status: int = 200
    ) -> HTMLResponse:
        named = (form.chapter_id,) if form.chapter_id else ()
        context = {
            "form": form,
            "what": name_chapters(named, self.titles),
            "model": self.model,
            **outcome,
        }
        return self.pages.show(self.visit, "instructor/warm.html", context, status=status)


@router.get("/instructor/warming/{job_id}")
async def show_job(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    titles: TitlesDep,
    job_id: UUID,
) -> HTMLResponse:
    job = present_job(await jobs.load_job(session, job_id), titles)
    return pages.show(visit, "instructor/warming.html", {"job": job, "titles": titles})


@router.post("/instructor/warming/{job_id}/cancel", dependencies=[TrustedForm])
async def cancel_job(instructor: InstructorPageDep, session: SessionDep, job_id: UUID) -> Response:
    job = await jobs.cancel_job(session, instructor.id, job_id)
    return RedirectResponse(f"/instructor/warming/{job.id}", status_code=303)


@dataclass(frozen=True)
class PresentedJob:
    """A warm-up as a person reads of it."""

    job: Job
    what: str

    @property
    def is_active(self) -> bool:
        return self.job.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def state(self) -> str:
        return "Ended early" if self.early_end else LABELS["job_states"][self.job.state]

    @property
    def tone(self) -> str:
        """How the state is coloured; it never says more than the words."""
        if self.job.state is not JobState.DONE:
            return ""
        return "warm" if self.early_end else "good"

    @property
    def early_end(self) -> str | None:
        return LABELS["early_ends"].get(self.job.ending or "")

    @property
    def failed(self) -> int:
        return sum(self.job.failures.values())

    @property
    def settled(self) -> int:
        return self.job.done + self.failed

    @property
    def total(self) -> int:
        """As many as were counted; learners who came meanwhile may make it more."""
        return max(self.job.estimate.missing, self.settled)

    @property
    def failures(self) -> list[tuple[str, int]]:
        """Each reason in words, the most frequent first."""
        counted = sorted(self.job.failures.items(), key=lambda each: (-each[1], each[0]))
        known = LABELS["job_failures"]
        return [
            (known.get(reason, f"did not pass the check “{name_check(reason)}”"), number)
            for reason, number in counted
        ]

    @property
    def whose(self) -> str:
        if self.job.wish.plans is Plans.ALL:
            return "every version that there can be"
        return "the versions that learners have"

    @property
    def began(self) -> datetime:
        return self.job.created_at.astimezone(UTC)

    @property
    def ended(self) -> datetime | None:
        return self.job.finished_at.astimezone(UTC) if self.job.finished_at else None

    @property
    def languages(self) -> str:
        return ", ".join(display_name(tag) for tag in self.job.wish.languages)


def present_job(job: Job, titles: Mapping[str, str]) -> PresentedJob:
    return PresentedJob(job, name_chapters(job.wish.chapter_ids, titles))


def name_chapters(chapter_ids: Sequence[str], titles: Mapping[str, str]) -> str:
    """The chapters' titles; with none named, the whole book is meant."""
    if not chapter_ids:
        return "The whole book"
    return ", ".join(titles.get(each, each) for each in chapter_ids)
