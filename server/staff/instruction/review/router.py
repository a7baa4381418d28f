"""HTTP for instructors who look: changes, plans, reviews, the queue, the book, the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from server.book.chapters.dependencies import ChapterDep
from server.core.database.dependencies import SessionDep
from server.core.http.openapi import describe_problems
from server.generation.renditions.dependencies import OrderDeskDep, ResourcesDep
from server.generation.renditions.preview.domain import Preview
from server.generation.renditions.preview.service import preview
from server.generation.warming.dependencies import WorkplaceDep
from server.learners.accounts.dependencies import InstructorDep, forbid_storing
from server.learners.profiles.domain import LearnerFacts, profile_of
from server.staff.instruction.acts.schemas import DryRunRequest
from server.staff.instruction.book import service as book
from server.staff.instruction.book.domain import BookTerms, Catalogue
from server.staff.instruction.dependencies import ActFilterDep, PageDep
from server.staff.instruction.domain import Queue
from server.staff.instruction.plans.domain import Changes, CountedPlans
from server.staff.instruction.plans.service import count_plans, find_changes, find_plan, list_plans
from server.staff.instruction.queue import service as queueing
from server.staff.instruction.review.domain import Audit, Review
from server.staff.instruction.review.service import list_acts, review

router = APIRouter(
    prefix="/instruction",
    tags=["instruction"],
    dependencies=[Depends(forbid_storing)],
    responses=describe_problems(401, 403, 422),
)


@router.get("/chapters/{chapter_id:path}/changes", responses=describe_problems(404))  # noqa: FAST003
async def read_changes(
    _instructor: InstructorDep, session: SessionDep, chapter: ChapterDep, workplace: WorkplaceDep
) -> Changes:
    """What the last edit of a chapter changed, which plans need calls now, and what they cost."""
    plans = await list_plans(session, workplace.desk, chapter)
    return await find_changes(session, workplace, plans)


@router.get("/chapters/{chapter_id:path}/plans", responses=describe_problems(404))  # noqa: FAST003
async def read_plans(
    _instructor: InstructorDep, session: SessionDep, chapter: ChapterDep, desk: OrderDeskDep
) -> CountedPlans:
    """The plans that learners have for a chapter, and how much of it is there for each."""
    return await count_plans(session, await list_plans(session, desk, chapter))


@router.get("/chapters/{chapter_id:path}/review", responses=describe_problems(404))  # noqa: FAST003
async def read_review(
    reader: InstructorDep,
    session: SessionDep,
    chapter: ChapterDep,
    desk: OrderDeskDep,
    plan_hash: Annotated[str, Query(description="A plan in use.", max_length=64)],
) -> Review:
    """A chapter under one plan: each section's original, shown text, record, feedback and pins."""
    plans = await list_plans(session, desk, chapter)
    return await review(session, plans, find_plan(plans, plan_hash), reader)


@router.get("/queue")
async def read_queue(
    _instructor: InstructorDep, session: SessionDep, desk: OrderDeskDep, page: PageDep
) -> Queue:
    """What needs eyes: reported, falling back, pinned but outdated."""
    items = await queueing.list_queue(session, desk)
    return Queue(len(items), items[page.offset : page.offset + page.limit])


@router.get("/glossary")
async def read_glossary(_instructor: InstructorDep, desk: OrderDeskDep) -> BookTerms:
    """The glossary's terms with their translations, and where they occur."""
    return BookTerms(tuple(await book.list_terms(desk)), desk.glossary.problem)


@router.get("/catalogue")
async def read_catalogue(
    _instructor: InstructorDep, session: SessionDep, desk: OrderDeskDep
) -> Catalogue:
    """The transformations, their conditions in words, and how often each applied of late."""
    return Catalogue(tuple(await book.list_catalogue(session, desk)))


@router.post("/dry-run", responses=describe_problems(404))
async def try_profile(
    _instructor: InstructorDep, desk: OrderDeskDep, resources: ResourcesDep, body: DryRunRequest
) -> Preview:
    """What a learner with these answers would get, and why; calls no model."""
    order = await desk.draft(body.chapter_id, LearnerFacts(profile_of(body.onboarding.answers())))
    return await preview(resources, order)


@router.get("/audit")
async def read_audit(
    reader: InstructorDep, session: SessionDep, wanted: ActFilterDep, page: PageDep
) -> Audit:
    """Who did what, the newest first."""
    return await list_acts(session, wanted, reader, limit=page.limit, offset=page.offset)
