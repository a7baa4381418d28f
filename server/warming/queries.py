"""SQL of warm-up: whose profiles are in use."""

from sqlalchemy import String, column, func, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from server.warming.domain import StoredOnce

# Read-only views of tables whose models belong to other packages.
USERS = table("users", column("id"), column("is_active"), column("onboarding", JSONB))
RENDITIONS = table(
    "personalization_cache",
    column("user_id"),
    column("chapter_id", String),
    column("profile_hash", String),
)
LOG = table(
    "personalization_log", column("user_id"), column("chapter_id"), column("language", String)
)


async def list_onboarding(session: AsyncSession) -> list[dict[str, str]]:
    """The distinct answers of all active accounts."""
    found = select(USERS.c.onboarding).where(USERS.c.is_active).distinct()
    return [dict(answers) for answers in await session.scalars(found)]


async def count_onboarding(session: AsyncSession) -> list[tuple[dict[str, str], int]]:
    """The same, with how many accounts have given each."""
    counted = select(USERS.c.onboarding, func.count()).where(USERS.c.is_active)
    found = await session.execute(counted.group_by(USERS.c.onboarding))
    return [(dict(answers), int(number)) for answers, number in found]


async def list_stored(session: AsyncSession) -> list[StoredOnce]:
    """Stored renditions with each language that their owners read these chapters in."""
    found = await session.execute(
        select(
            RENDITIONS.c.chapter_id,
            RENDITIONS.c.profile_hash,
            USERS.c.onboarding,
            LOG.c.language,
        )
        .join(USERS, USERS.c.id == RENDITIONS.c.user_id)
        .join(
            LOG,
            (LOG.c.user_id == RENDITIONS.c.user_id) & (LOG.c.chapter_id == RENDITIONS.c.chapter_id),
        )
        .where(USERS.c.is_active, LOG.c.language.is_not(None))
        .distinct()
    )
    return [StoredOnce(*row) for row in found]
