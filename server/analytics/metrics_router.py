"""HTTP for the four figures at a glance; Prometheus has its own page at the root."""

from fastapi import APIRouter, Depends

from server.analytics import service
from server.analytics.dependencies import PeriodDep
from server.analytics.schemas import MetricsResponse
from server.auth.dependencies import AdminDep, forbid_storing
from server.database.dependencies import SessionDep
from server.errors import describe_problems

router = APIRouter(prefix="/metrics", tags=["analytics"], dependencies=[Depends(forbid_storing)])


@router.get("", responses=describe_problems(401, 403, 422))
async def read_metrics(_admin: AdminDep, session: SessionDep, period: PeriodDep) -> MetricsResponse:
    """How long, how often from what is stored, how many, and how many came to no end."""
    return MetricsResponse.model_validate(await service.measure(session, period))
