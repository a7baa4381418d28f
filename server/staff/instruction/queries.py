"""SQL of instruction: read-only views of what other packages keep, and whose turn it is."""

from collections.abc import Collection

from sqlalchemy import Integer, String, case, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

ACT_LOCK = 7_203_419  # any number that no other pair of advisory locks begins with

USERS = table("users", column("id", Integer), column("email", String), column("issuer", String))


async def find_names(session: AsyncSession, ids: Collection[int]) -> dict[int, str | None]:
    """The e-mail addresses of these accounts; None for one of an identity provider."""
    email = case((USERS.c.issuer.is_(None), USERS.c.email)).label("email")
    found = await session.execute(select(USERS.c.id, email).where(USERS.c.id.in_(ids)))
    return {row.id: row.email for row in found}


async def lock_chapter(session: AsyncSession, chapter_id: str) -> None:
    """Wait until nobody else acts on the chapter; ours until the transaction ends."""
    lock = func.pg_advisory_xact_lock(ACT_LOCK, func.hashtext(chapter_id))
    await session.execute(select(lock))
