"""Chapters that were read, as the log and the cache remember them."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.profiles.domain import Profile, profile_hash


async def keep_reading(
    session: AsyncSession, user_id: int, chapter_id: str, profile: Profile, language: str
) -> None:
    """A row of the log, and the version that it was about."""
    said = {"user": user_id, "chapter": chapter_id, "language": language}
    await session.execute(
        text(
            "INSERT INTO personalization_log (user_id, chapter_id, response_time_ms, cached,"
            " request_id, status, source, language, transformations)"
            " VALUES (:user, :chapter, 5, true, 'r', 'ok', 'cache', :language, '{}')"
        ),
        said,
    )
    await session.execute(
        text(
            "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash,"
            " personalized_content, source_hash, plan_hash, sections)"
            " VALUES (:user, :chapter, :hash, 'text', 's', 'p', '{}') ON CONFLICT DO NOTHING"
        ),
        {"user": user_id, "chapter": chapter_id, "hash": profile_hash(profile)},
    )
    await session.commit()
