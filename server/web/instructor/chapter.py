"""A chapter after an edit: what has changed, which versions are in use, what they need."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from server.book.chapters.dependencies import ChapterDep
from server.book.languages.tags import display_name
from server.core.database.dependencies import SessionDep
from server.generation.renditions.cache import service as renditions
from server.generation.warming.dependencies import WorkplaceDep
from server.staff.instruction.domain import Change, Changes, PlanCounts, PlanNeed
from server.staff.instruction.plans.service import count_plans, find_changes, list_plans
from server.web.dependencies import InstructorPageDep, PagesDep, VisitDep
from server.web.instructor.overview import ClearedDep
from server.web.instructor.warming import WishForm
from server.web.instructor.words import name_steps

router = APIRouter(include_in_schema=False)

NOTHING_STORED = (0, 0)


@dataclass(frozen=True)
class PresentedPlan:
    """A line of the table: a version that learners have, and what is there for it."""

    counts: PlanCounts
    need: PlanNeed | None

    @property
    def name(self) -> str:
        return name_steps(self.counts.plan)

    @property
    def language(self) -> str:
        return display_name(self.counts.plan.edition.plan.language)


@router.get("/instructor/chapters/{chapter_id:path}")
async def show_chapter(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    workplace: WorkplaceDep,
    chapter: ChapterDep,
    chapter_id: str,
    cleared: ClearedDep,
) -> Response:
    if chapter_id != chapter.id:
        return RedirectResponse(f"/instructor/chapters/{quote(chapter.id)}", status_code=308)
    plans = await list_plans(session, workplace.desk, chapter)
    changes = await find_changes(session, workplace, plans)
    counts = await count_plans(session, plans)
    stored = await renditions.count_by_chapter(session)
    context = {
        "chapter": chapter,
        "changes": changes,
        "edited": changes.compared_with != chapter.source_hash,
        "moved": [each for each in changes.sections if each.change is not Change.UNCHANGED],
        "others": [each for each in changes.sections if each.change is Change.UNCHANGED],
        "plans": _present_plans(changes, counts),
        "kept": stored.get(chapter.id, NOTHING_STORED),
        "wish": WishForm(chapter_id=chapter.id),
        "cleared": cleared,
    }
    return pages.show(visit, "instructor/chapter.html", context)


def _present_plans(changes: Changes, counts: list[PlanCounts]) -> list[PresentedPlan]:
    needs = {need.plan.edition.plan_name: need for need in changes.needs}
    return [PresentedPlan(each, needs.get(each.plan.edition.plan_name)) for each in counts]
