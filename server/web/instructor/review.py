"""The page of a review: a chapter under one plan, beside what its author wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from server.book.chapters.dependencies import ChapterDep
from server.book.chapters.domain import Chapter
from server.core.auditing.domain import ActKind
from server.core.database.dependencies import SessionDep
from server.generation.editions.domain import EditionInUse
from server.generation.renditions.dependencies import OrderDeskDep
from server.learners.accounts.domain import Account
from server.staff.instruction.acts.service import Bench
from server.staff.instruction.domain import ChapterPlans, PlanNotFound, Review
from server.staff.instruction.plans.service import find_plan, list_plans
from server.staff.instruction.review.service import review
from server.web.dependencies import InstructorPageDep, PagesDep, VisitDep
from server.web.instructor.refusals import Refusal, Refused, refuse
from server.web.instructor.sections import PresentedReview, present_review
from server.web.instructor.words import name_version
from server.web.pages import Pages, Visit

router = APIRouter(include_in_schema=False)

# What the page says once an act is done.
DONE: Mapping[str, str] = {
    ActKind.EDIT: "Your words are pinned. Learners of this version read them from now on.",
    ActKind.PIN: "Pinned. Learners of this version keep reading this text until the section "
    "changes.",
    ActKind.UNPIN: "The pin is taken off.",
    ActKind.REJECT: "Dropped. The next learner who asks for this version has the section written "
    "anew.",
    ActKind.LOCK: "Locked. Everybody reads the author’s text here.",
    ActKind.UNLOCK: "Unlocked. The section may be rewritten again.",
}


@dataclass(frozen=True, slots=True)
class PlanChoice:
    plan_hash: str
    label: str
    learners: int


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What has just been done, and where."""

    sentence: str | None = None
    section_id: str = ""


@dataclass(frozen=True)
class ReviewRoom:
    """Where an instructor looks and acts: one visit, one transaction."""

    visit: Visit
    viewer: Account
    pages: Pages
    bench: Bench

    async def show(
        self, chapter: Chapter, plan_hash: str, aftermath: Aftermath | Refusal
    ) -> HTMLResponse:
        """The chapter under the plan, or under the one that most learners have."""
        plans = await list_plans(self.bench.session, self.bench.desk, chapter)
        plan = _choose(plans, plan_hash)
        found = await review(self.bench.session, plans, plan) if plan else None
        presented = None
        if found is not None:
            presented = await anyio.to_thread.run_sync(present_review, found, self.viewer)
        status, told = _tell(aftermath, found, presented)
        context = {
            "chapter": chapter,
            "revision": plans.revision,
            "choices": [_name(each) for each in plans.plans],
            "plan": plan,
            "is_other_plan": bool(plan_hash) and plan is not None and not _is(plan, plan_hash),
            "review": presented,
            **told,
        }
        return self.pages.show(self.visit, "instructor/review.html", context, status=status)


def get_room(
    instructor: InstructorPageDep,
    visit: VisitDep,
    pages: PagesDep,
    session: SessionDep,
    desk: OrderDeskDep,
) -> ReviewRoom:
    return ReviewRoom(visit, instructor, pages, Bench(session, desk, instructor.id))


ReviewRoomDep = Annotated[ReviewRoom, Depends(get_room)]


@router.get("/instructor/review/{chapter_id:path}")  # noqa: FAST003
async def show_review(
    room: ReviewRoomDep, chapter: ChapterDep, plan: str = "", done: str = "", section: str = ""
) -> HTMLResponse:
    return await room.show(chapter, plan, Aftermath(DONE.get(done), section))


def _choose(plans: ChapterPlans, plan_hash: str) -> EditionInUse | None:
    """The plan of this name; one that nobody has any more gives way to the most used."""
    try:
        return find_plan(plans, plan_hash)
    except PlanNotFound:
        return next(iter(plans.plans), None)


def _is(plan: EditionInUse, plan_hash: str) -> bool:
    return plan_hash in {plan.edition.plan_name, plan.edition.plan_hash}


def _name(plan: EditionInUse) -> PlanChoice:
    return PlanChoice(plan.edition.plan_name, name_version(plan), plan.learners)


def _tell(
    aftermath: Aftermath | Refusal, found: Review | None, presented: PresentedReview | None
) -> tuple[int, dict[str, object]]:
    """The answer's status, and what the page says of an act: at its section if that is there."""
    wanted = aftermath.section_id
    sections = presented.sections if presented else ()
    index = next((n for n, each in enumerate(sections) if each.id == wanted), None)
    if isinstance(aftermath, Aftermath):
        done = replace(aftermath, section_id=wanted if index is not None else "")
        return 200, {"done": done, "refused": None}
    section = sections[index] if index is not None else None
    source = found.chapter.sections[index] if found and index is not None else None
    refused: Refused = refuse(aftermath, section, source)
    if section is None:
        refused = replace(refused, section_id="")
    return aftermath.error.status, {"done": Aftermath(), "refused": refused}
