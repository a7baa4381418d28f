"""HTTP for instructors: the cache of renditions."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query

from server.core.database.dependencies import SessionDep
from server.core.http.openapi import describe_problems
from server.generation.renditions.cache import service
from server.generation.renditions.cache.domain import CacheStats, Cleared
from server.learners.accounts.dependencies import InstructorDep
from server.staff.instruction.cache.service import clear
from server.staff.instruction.dependencies import ScopeDep

logger = structlog.stdlib.get_logger(__name__)

router = APIRouter(
    prefix="/cache", tags=["instruction"], responses=describe_problems(401, 403, 422)
)


@router.get("/stats")
async def read_stats(_instructor: InstructorDep, session: SessionDep) -> CacheStats:
    """How much is stored."""
    return await service.count_stored(session)


@router.delete("")
async def clear_cache(
    instructor: InstructorDep,
    session: SessionDep,
    scope: ScopeDep,
    rewrites: Annotated[
        bool, Query(description="Also the section rewrites: these cost model calls to get back.")
    ] = False,
) -> Cleared:
    """Forget stored renditions of a chapter, of a learner, or all of them."""
    cleared = await clear(session, instructor.id, scope, rewrites=rewrites)
    logger.info("cache cleared", user_id=instructor.id, scope=scope, cleared=cleared)
    return cleared
