"""HTTP for analytics: admins only."""

from fastapi import APIRouter

from server.analytics import service
from server.analytics.dependencies import PeriodDep
from server.analytics.schemas import SummaryResponse
from server.auth.dependencies import AdminDep
from server.database.dependencies import SessionDep
from server.errors import describe_problems

router = APIRouter(
    prefix="/analytics", tags=["analytics"], responses=describe_problems(401, 403, 422)
)


@router.get("/summary")
async def read_summary(_admin: AdminDep, session: SessionDep, period: PeriodDep) -> SummaryResponse:
    """Requests by chapter, hit rate, response times by cache state, tokens by provider."""
    return SummaryResponse.model_validate(await service.summarize(session, period))
