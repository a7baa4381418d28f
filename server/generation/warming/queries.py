"""SQL of warm-up: whose profiles are in use."""

from sqlalchemy import ColumnElement, String, case, column, func, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from server.book.languages.tags import DEFAULT_LANGUAGE
from server.generation.warming.domain import StoredOnce

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

# The tag that an account's answers name, as far as it is written in its canonical form.
OWN_LANGUAGE = case(
    (USERS.c.onboarding["preferred_language"].astext == "Urdu", "ur"),
    (
        USERS.c.onboarding["preferred_language"].astext == "Other",
        func.coalesce(USERS.c.onboarding["language_tag"].astext, DEFAULT_LANGUAGE),
    ),
    else_=DEFAULT_LANGUAGE,
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


async def list_stored(session: AsyncSession, chapter_id: str | None = None) -> list[StoredOnce]:
    """Stored renditions of those who read a chapter in another language than their own.

    The log is by far the largest table: nearly all of it is left out by what it is joined on, and
    only the rest is looked up in the cache.
    """
    read = (
        select(USERS.c.id, USERS.c.onboarding, LOG.c.chapter_id, LOG.c.language)
        .join(LOG, (LOG.c.user_id == USERS.c.id) & (LOG.c.language != OWN_LANGUAGE))
        .where(USERS.c.is_active, *_is_of(chapter_id))
        .distinct()
        .subquery()
    )
    of_them = (RENDITIONS.c.user_id == read.c.id) & (RENDITIONS.c.chapter_id == read.c.chapter_id)
    found = await session.execute(
        select(
            read.c.chapter_id, RENDITIONS.c.profile_hash, read.c.onboarding, read.c.language
        ).join(RENDITIONS, of_them)
    )
    return [StoredOnce(*row) for row in found]


def _is_of(chapter_id: str | None) -> list[ColumnElement[bool]]:
    return [] if chapter_id is None else [LOG.c.chapter_id == chapter_id]
