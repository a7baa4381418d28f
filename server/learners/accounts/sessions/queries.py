"""Every SQL statement about sessions: refresh tokens and the families they form."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.statements import delete_some
from server.learners.accounts.domain import RefreshToken, SessionCount, StoredSession
from server.learners.accounts.models import RefreshTokenRow


async def add_refresh_token(
    session: AsyncSession,
    token_hash: str,
    family: str,
    user_id: int,
    generation: int,
    lifetime: timedelta,
) -> None:
    """Keep a refresh token of a session, by its hash."""
    await session.execute(
        insert(RefreshTokenRow).values(
            token_hash=token_hash,
            family=family,
            user_id=user_id,
            generation=generation,
            expires_at=func.now() + lifetime,
        )
    )


async def find_owner(session: AsyncSession, token_hash: str) -> int | None:
    """Find the account that a session's refresh token was issued to."""
    return await session.scalar(
        select(RefreshTokenRow.user_id).where(RefreshTokenRow.token_hash == token_hash)
    )


async def find_holder(session: AsyncSession, token_hash: str) -> tuple[int, str] | None:
    """Whose session the token holds, and its family, while it lasts and was not exchanged."""
    result = await session.execute(
        select(RefreshTokenRow.user_id, RefreshTokenRow.family).where(
            RefreshTokenRow.token_hash == token_hash,
            RefreshTokenRow.expires_at > func.now(),
            RefreshTokenRow.rotated_at.is_(None),
        )
    )
    row = result.one_or_none()
    return (row.user_id, row.family) if row else None


async def find_refresh_token(
    session: AsyncSession, token_hash: str, grace: timedelta
) -> RefreshToken | None:
    """The token as it stands; in grace is the predecessor of the newest, for a short while."""
    newest = (
        select(func.max(RefreshTokenRow.generation))
        .where(RefreshTokenRow.family == _family_of(token_hash))
        .scalar_subquery()
    )
    rotated_lately = RefreshTokenRow.rotated_at > func.now() - grace
    result = await session.execute(
        select(
            RefreshTokenRow.family,
            RefreshTokenRow.user_id,
            RefreshTokenRow.generation,
            (RefreshTokenRow.expires_at <= func.now()).label("expired"),
            RefreshTokenRow.rotated_at.is_not(None).label("rotated"),
            func.coalesce(rotated_lately & (RefreshTokenRow.generation == newest - 1), False).label(
                "in_grace"
            ),
        ).where(RefreshTokenRow.token_hash == token_hash)
    )
    row = result.one_or_none()
    return RefreshToken(*row) if row else None


async def mark_rotated(session: AsyncSession, token_hash: str) -> None:
    """The first rotation counts: a second one within the grace does not prolong it."""
    await session.execute(
        update(RefreshTokenRow)
        .where(RefreshTokenRow.token_hash == token_hash, RefreshTokenRow.rotated_at.is_(None))
        .values(rotated_at=func.now())
    )


async def end_family(session: AsyncSession, family: str) -> None:
    """End a session: forget the whole family of its refresh tokens."""
    await session.execute(delete(RefreshTokenRow).where(RefreshTokenRow.family == family))


async def end_family_of(session: AsyncSession, token_hash: str) -> None:
    """End the session that a refresh token belongs to."""
    await session.execute(
        delete(RefreshTokenRow).where(RefreshTokenRow.family == _family_of(token_hash))
    )


async def end_sessions(session: AsyncSession, user_id: int, *, keep: str | None = None) -> None:
    """End every session of the account, but for the one to keep."""
    ended = delete(RefreshTokenRow).where(RefreshTokenRow.user_id == user_id)
    if keep is not None:
        ended = ended.where(RefreshTokenRow.family != keep)
    await session.execute(ended)


async def list_sessions(session: AsyncSession, user_id: int) -> Sequence[StoredSession]:
    """List the sessions of an account."""
    rows = await session.execute(
        select(
            func.min(RefreshTokenRow.created_at),
            func.max(RefreshTokenRow.created_at),
            func.max(RefreshTokenRow.expires_at),
        )
        .where(RefreshTokenRow.user_id == user_id)
        .group_by(RefreshTokenRow.family)
        .order_by(func.min(RefreshTokenRow.created_at), RefreshTokenRow.family)
    )
    return [StoredSession(*row) for row in rows]


async def count_sessions(
    session: AsyncSession, user_ids: Collection[int]
) -> dict[int, SessionCount]:
    """The sessions that can still be renewed, by account; who has none is not in it."""
    row = RefreshTokenRow
    held = (
        select(row.user_id, func.min(row.created_at).label("began_at"))
        .where(row.user_id.in_(user_ids))
        .group_by(row.user_id, row.family)
        .having(func.bool_or((row.expires_at > func.now()) & row.rotated_at.is_(None)))
        .subquery()
    )
    counted = await session.execute(
        select(held.c.user_id, func.count(), func.max(held.c.began_at)).group_by(held.c.user_id)
    )
    return {user_id: SessionCount(count, newest_at) for user_id, count, newest_at in counted}


async def prune_expired(session: AsyncSession) -> int:
    """Forget some tokens that nobody can use any more."""
    row = RefreshTokenRow
    return await delete_some(session, row, row.token_hash, row.expires_at <= func.now())


def _family_of(token_hash: str) -> ScalarSelect[str]:
    return (
        select(RefreshTokenRow.family)
        .where(RefreshTokenRow.token_hash == token_hash)
        .scalar_subquery()
    )
