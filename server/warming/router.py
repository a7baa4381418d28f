"""HTTP for warm-up: ask for a job, see how far it is, cancel it."""

from uuid import UUID

import structlog
from fastapi import APIRouter, Response, status

from server.auditing.domain import Act, ActKind
from server.auditing.service import record
from server.auth.dependencies import InstructorDep
from server.database.dependencies import SessionDep, SessionsDep
from server.errors import describe_problems
from server.warming import jobs
from server.warming.auditing import describe_start
from server.warming.dependencies import WishDep, WorkplaceDep
from server.warming.schemas import (
    WarmRequest,
    WarmResponse,
    describe_estimate,
    describe_job,
)
from server.warming.service import estimate

logger = structlog.stdlib.get_logger(__name__)

router = APIRouter(
    prefix="/cache/warm",
    tags=["instruction"],
    responses=describe_problems(401, 403, 404, 422),
)


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    responses={
        **describe_problems(409),
        200: {"model": WarmResponse, "description": "What it would take; nothing was begun."},
    },
)
async def start_warming(
    instructor: InstructorDep,
    sessions: SessionsDep,
    workplace: WorkplaceDep,
    wish: WishDep,
    body: WarmRequest,
    response: Response,
) -> WarmResponse:
    """Have chapters rewritten before learners ask for them, in the background of one worker.

    What is stored already costs nothing; the budget, the switch and `LLM_MAX_CONCURRENCY` hold.
    """
    needed = await estimate(workplace, wish)
    if body.dry_run:
        response.status_code = status.HTTP_200_OK
        return describe_estimate(needed)
    async with sessions.begin() as session:
        job = await jobs.add_job(session, workplace, instructor.id, wish, needed)
        await record(session, instructor.id, describe_start(job))
    logger.info("warm-up asked for", user_id=instructor.id, job=str(job.id), wish=wish)
    return describe_job(job)


@router.get("/{job_id}")
async def read_warming(
    _instructor: InstructorDep, session: SessionDep, job_id: UUID
) -> WarmResponse:
    """How far a job is."""
    return describe_job(await jobs.load_job(session, job_id))


@router.delete("/{job_id}")
async def cancel_warming(
    instructor: InstructorDep, session: SessionDep, job_id: UUID
) -> WarmResponse:
    """Cancel a job; sections that a model is working on are still kept, for they are paid."""
    job = await jobs.cancel_job(session, job_id)
    await record(session, instructor.id, Act(ActKind.CANCEL, details={"job": str(job_id)}))
    logger.info("warm-up cancelled", user_id=instructor.id, job=str(job_id))
    return describe_job(job)
