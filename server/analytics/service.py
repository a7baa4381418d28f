"""What an admin asks of the log."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.analytics import queries
from server.analytics.domain import Period, Summary


async def summarize(session: AsyncSession, period: Period) -> Summary:
    """The three questions of the log, and what each provider did."""
    by_chapter = await queries.count_requests_by_chapter(session, period)
    return Summary(
        requests_total=sum(each.requests for each in by_chapter),
        requests_by_chapter=by_chapter,
        hit_rate_percent=await queries.compute_hit_rate(session, period),
        response_time=await queries.measure_response_times(session, period),
        providers=await queries.sum_by_provider(session, period),
    )
