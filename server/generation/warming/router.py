"""HTTP for warm-up: ask for a job, see how far it is, cancel it."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from server.core.database.dependencies import SessionDep, SessionsDep
from server.core.http.openapi import describe_problems
from server.generation.warming.dependencies import WishDep, WorkplaceDep
from server.generation.warming.jobs import service as jobs
from server.generation.warming.jobs.domain import Job
from server.generation.warming.schemas import WarmRequest, WarmResponse, describe_estimate
from server.generation.warming.service import estimate
from server.learners.accounts.dependencies import InstructorDep

router = APIRouter(
    prefix="/cache/warm",
    tags=["instruction"],
    responses=describe_problems(401, 403, 404, 422),
)


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=WarmResponse,
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
) -> WarmResponse | Job:
    """Have chapters rewritten before learners ask for them, in the background of one worker.

    What is stored already costs nothing; the budget, the switch and `LLM_MAX_CONCURRENCY` hold.
    """
    if body.dry_run:
        response.status_code = status.HTTP_200_OK
        return describe_estimate(await estimate(workplace, wish))
    return await jobs.start_job(sessions, workplace, instructor.id, wish)


@router.get("/{job_id}", response_model=WarmResponse)
async def read_warming(_instructor: InstructorDep, session: SessionDep, job_id: UUID) -> Job:
    """How far a job is."""
    return await jobs.load_job(session, job_id)


@router.delete("/{job_id}", response_model=WarmResponse)
async def cancel_warming(instructor: InstructorDep, session: SessionDep, job_id: UUID) -> Job:
    """Cancel a job; sections that a model is working on are still kept, for they are paid."""
    return await jobs.cancel_job(session, instructor.id, job_id)
