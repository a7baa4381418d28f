"""Record acts in the transaction that does them, show them, hand a person's own out."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.auditing import queries
from server.core.auditing.domain import ActFilter, ActPage
from server.core.auditing.queries import record

__all__ = ["record"]


async def list_acts(
    session: AsyncSession, wanted: ActFilter, *, limit: int, offset: int
) -> ActPage:
    """What was done, the newest first; whoever knows accounts adds the names."""
    total = await queries.count_acts(session, wanted)
    acts = await queries.list_acts(session, wanted, limit=limit, offset=offset)
    return ActPage(total, tuple(acts))


async def export_account(session: AsyncSession, user_id: int) -> Mapping[str, object]:
    """What the audit log holds about an account."""
    acts = await queries.list_acts_of(session, user_id)
    return {"instruction_audit": [dict(each) for each in acts]}
