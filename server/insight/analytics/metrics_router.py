"""HTTP for the four figures at a glance; Prometheus has its own page at the root."""

from fastapi import APIRouter, Depends

from server.core.database.dependencies import SessionDep
from server.errors import describe_problems
from server.insight.analytics import service
from server.insight.analytics.dependencies import PeriodDep
from server.insight.analytics.schemas import MetricsResponse
from server.learners.accounts.dependencies import AdminDep, forbid_storing

router = APIRouter(prefix="/metrics", tags=["analytics"], dependencies=[Depends(forbid_storing)])


@router.get("", responses=describe_problems(401, 403, 422))
async def read_metrics(_admin: AdminDep, session: SessionDep, period: PeriodDep) -> MetricsResponse:
    """How long, how often from what is stored, how many, and how many came to no end."""
    return MetricsResponse.model_validate(await service.measure(session, period))
