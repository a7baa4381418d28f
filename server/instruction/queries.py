"""SQL of instruction: read-only views of what other packages keep."""

from collections.abc import Collection

from sqlalchemy import Integer, String, case, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

USERS = table("users", column("id", Integer), column("email", String), column("issuer", String))


async def find_names(session: AsyncSession, ids: Collection[int]) -> dict[int, str | None]:
    """The e-mail addresses of these accounts; None for one of an identity provider."""
    email = case((USERS.c.issuer.is_(None), USERS.c.email)).label("email")
    found = await session.execute(select(USERS.c.id, email).where(USERS.c.id.in_(ids)))
    return {row.id: row.email for row in found}
