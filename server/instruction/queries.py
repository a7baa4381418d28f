"""SQL of instruction: read-only views of what other packages keep."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import TEXT, DateTime, Integer, String, case, column, func, select, table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

USERS = table("users", column("id", Integer), column("email", String), column("issuer", String))
LOG = table(
    "personalization_log",
    column("transformations", ARRAY(TEXT)),
    column("created_at", DateTime(timezone=True)),
)


async def find_names(session: AsyncSession, ids: Collection[int]) -> dict[int, str | None]:
    """The e-mail addresses of these accounts; None for one of an identity provider."""
    email = case((USERS.c.issuer.is_(None), USERS.c.email)).label("email")
    found = await session.execute(select(USERS.c.id, email).where(USERS.c.id.in_(ids)))
    return {row.id: row.email for row in found}


async def count_applied(session: AsyncSession, since: timedelta) -> dict[str, int]:
    """How many answers each transformation had a part in."""
    each = func.unnest(LOG.c.transformations).label("transformation")
    recent = LOG.c.created_at >= func.now() - since
    applied = select(each).where(recent).subquery()
    counted = await session.execute(
        select(applied.c.transformation, func.count()).group_by(applied.c.transformation)
    )
    return {str(row[0]): int(row[1]) for row in counted}
