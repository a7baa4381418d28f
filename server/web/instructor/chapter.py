"""A chapter after an edit: what has changed, which versions are in use, what they need."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from server.book.chapters.dependencies import ChapterDep
from server.core.database.dependencies import SessionDep
from server.generation.renditions.cache import service as renditions
from server.generation.warming.dependencies import WorkplaceDep
from server.staff.instruction.plans.domain import Change
from server.staff.instruction.plans.service import count_plans, find_changes, list_plans
from server.web.dependencies import InstructorPage, VisitDep
from server.web.instructor.overview import ClearedDep
from server.web.instructor.warming import WishForm
from server.web.instructor.words import name_steps

router = APIRouter(include_in_schema=False, dependencies=[InstructorPage])

NOTHING_STORED = (0, 0)


@router.get("/instructor/chapters/{chapter_id:path}")
async def show_chapter(
    visit: VisitDep,
    session: SessionDep,
    workplace: WorkplaceDep,
    chapter: ChapterDep,
    chapter_id: str,
    cleared: ClearedDep,
) -> Response:
    """The instructors' page of a chapter."""
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
        "plans": counts.plans,
        "needs": {each.plan_hash: each for each in changes.plans_needing_calls},
        "name_steps": name_steps,
        "kept": stored.get(chapter.id, NOTHING_STORED),
        "wish": WishForm(chapter_id=chapter.id),
        "cleared": cleared,
    }
    return visit.show("instructor/chapter.html", context)
