"""The page of a review: a chapter under one plan, beside what its author wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from server.book.chapters.dependencies import ChapterDep
from server.book.chapters.domain import Chapter
from server.core.database.dependencies import SessionDep
from server.generation.editions.domain import EditionInUse
from server.generation.renditions.dependencies import OrderDeskDep
from server.staff.instruction.acts.service import Bench
from server.staff.instruction.plans.domain import ChapterPlans, PlanNotFound
from server.staff.instruction.plans.service import find_plan, list_plans
from server.staff.instruction.review.domain import Review
from server.staff.instruction.review.service import review
from server.web.dependencies import InstructorPageDep, VisitDep
from server.web.instructor import edits, words
from server.web.instructor.refusals import Refusal, refuse
from server.web.instructor.sections import present_sections
from server.web.labels import LABELS
from server.web.pages import Visit

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What has just been done, and where."""

    sentence: str | None = None
    section_id: str = ""


@dataclass(frozen=True)
class ReviewRoom:
    """Where an instructor looks and acts: one visit, one transaction."""

    visit: Visit
    bench: Bench

    async def show(
        self, chapter: Chapter, plan_hash: str, aftermath: Aftermath | Refusal
    ) -> HTMLResponse:
        """The chapter under the plan, or under the one that most learners have."""
        bench = self.bench
        plans = await list_plans(bench.session, bench.desk, chapter)
        plan = _choose(plans, plan_hash)
        found = await review(bench.session, plans, plan, bench.instructor) if plan else None
        sections = await anyio.to_thread.run_sync(present_sections, found) if found else []
        status, told = _tell(aftermath, found)
        is_asked = plan and plan_hash in {"", plan.edition.plan_name, plan.edition.plan_hash}
        context = {
            "chapter": chapter,
            "revision": plans.revision,
            "plans": plans.plans,
            "plan": plan,
            "is_other_plan": plan is not None and not is_asked,
            "review": found,
            "sections": sections,
            "edits": edits,
            "words": words,
            **told,
        }
        return self.visit.show("instructor/review.html", context, status=status)


def get_room(
    instructor: InstructorPageDep, visit: VisitDep, session: SessionDep, desk: OrderDeskDep
) -> ReviewRoom:
    """Return what an instructor's page of review works with."""
    return ReviewRoom(visit, Bench(session, desk, instructor))


ReviewRoomDep = Annotated[ReviewRoom, Depends(get_room)]


@router.get("/instructor/review/{chapter_id:path}")  # noqa: FAST003
async def show_review(
    room: ReviewRoomDep, chapter: ChapterDep, plan: str = "", done: str = "", section: str = ""
) -> HTMLResponse:
    """The instructors' page that reviews a chapter's texts."""
    return await room.show(chapter, plan, Aftermath(LABELS["done"].get(done), section))


def _choose(plans: ChapterPlans, plan_hash: str) -> EditionInUse | None:
    """The plan of this name; one that nobody has any more gives way to the most used."""
    try:
        return find_plan(plans, plan_hash)
    except PlanNotFound:
        return next(iter(plans.plans), None)


def _tell(aftermath: Aftermath | Refusal, found: Review | None) -> tuple[int, Mapping[str, object]]:
    """The answer's status, and what the page says of an act: at its section if that is there."""
    sections = found.sections if found else ()
    section = next((each for each in sections if each.id == aftermath.section_id), None)
    if isinstance(aftermath, Aftermath):
        done = Aftermath(aftermath.sentence, section.id if section else "")
        return 200, {"done": done, "refused": None}
    told = {"done": Aftermath(), "refused": refuse(aftermath, section)}
    return aftermath.error.status, told
