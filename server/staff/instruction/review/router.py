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
from server.learners.profiles.domain import profile_of
from server.staff.instruction.acts.schemas import AuditResponse, DryRunRequest, RecordedActResponse
from server.staff.instruction.book import service as book
from server.staff.instruction.book.schemas import (
    CatalogueResponse,
    GlossaryResponse,
    TermResponse,
)
from server.staff.instruction.dependencies import ActFilterDep, PageDep
from server.staff.instruction.plans.schemas import ChangesResponse, ChapterPlansResponse
from server.staff.instruction.plans.service import count_plans, find_changes, find_plan, list_plans
from server.staff.instruction.queue import service as queueing
from server.staff.instruction.queue.schemas import QueueResponse
from server.staff.instruction.review.schemas import ReviewResponse
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
) -> ChangesResponse:
    """What the last edit of a chapter changed, which plans need calls now, and what they cost."""
    plans = await list_plans(session, workplace.desk, chapter)
    return ChangesResponse.of(await find_changes(session, workplace, plans))


@router.get("/chapters/{chapter_id:path}/plans", responses=describe_problems(404))  # noqa: FAST003
async def read_plans(
    _instructor: InstructorDep, session: SessionDep, chapter: ChapterDep, desk: OrderDeskDep
) -> ChapterPlansResponse:
    """The plans that learners have for a chapter, and how much of it is there for each."""
    plans = await list_plans(session, desk, chapter)
    return ChapterPlansResponse.of(plans, await count_plans(session, plans))


@router.get("/chapters/{chapter_id:path}/review", responses=describe_problems(404))  # noqa: FAST003
async def read_review(
    reader: InstructorDep,
    session: SessionDep,
    chapter: ChapterDep,
    desk: OrderDeskDep,
    plan_hash: Annotated[str, Query(description="A plan in use.", max_length=64)],
) -> ReviewResponse:
    """A chapter under one plan: each section's original, shown text, record, feedback and pins."""
    plans = await list_plans(session, desk, chapter)
    return ReviewResponse.of(await review(session, plans, find_plan(plans, plan_hash)), reader)


@router.get("/queue")
async def read_queue(
    _instructor: InstructorDep, session: SessionDep, desk: OrderDeskDep, page: PageDep
) -> QueueResponse:
    """What needs eyes: reported, falling back, pinned but outdated."""
    items = await queueing.list_queue(session, desk)
    return QueueResponse.of(items, limit=page.limit, offset=page.offset)


@router.get("/glossary")
async def read_glossary(_instructor: InstructorDep, desk: OrderDeskDep) -> GlossaryResponse:
    """The glossary's terms with their translations, and where they occur."""
    terms = [TermResponse.of(term) for term in await book.list_terms(desk)]
    return GlossaryResponse(terms=terms, problem=desk.glossary.problem)


@router.get("/catalogue")
async def read_catalogue(
    _instructor: InstructorDep, session: SessionDep, desk: OrderDeskDep
) -> CatalogueResponse:
    """The transformations, their conditions in words, and how often each applied of late."""
    entries = await book.list_catalogue(session, desk)
    return CatalogueResponse(transformations=list(entries))


@router.post("/dry-run", responses=describe_problems(404))
async def try_profile(
    _instructor: InstructorDep, desk: OrderDeskDep, resources: ResourcesDep, body: DryRunRequest
) -> Preview:
    """What a learner with these answers would get, and why; calls no model."""
    order = await desk.draft(body.chapter_id, profile_of(body.onboarding.answers()))
    return await preview(resources, order)


@router.get("/audit")
async def read_audit(
    reader: InstructorDep, session: SessionDep, wanted: ActFilterDep, page: PageDep
) -> AuditResponse:
    """Who did what, the newest first."""
    found = await list_acts(session, wanted, limit=page.limit, offset=page.offset)
    acts = [RecordedActResponse.of(act, reader) for act in found.acts]
    return AuditResponse(total=found.total, acts=acts)
