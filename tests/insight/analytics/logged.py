"""Rows of the request log, as tests of analytics need them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

INSERT = text(
    "INSERT INTO personalization_log (user_id, chapter_id, response_time_ms, cached, source,"
    " status, llm_provider, llm_model, language, transformations, fallback_reasons, request_id,"
    " input_tokens, output_tokens, cost_usd, sections_total, sections_fallback, created_at)"
    " VALUES (:user_id, :chapter_id, :ms, :cached, :source, :status, :provider, :model, :language,"
    " :transformations, :reasons, :request_id, :input, :output, CAST(:cost_usd AS numeric),"
    " :sections, :fallbacks, CAST(:at AS timestamptz)) RETURNING id"
)


@dataclass(frozen=True)
class Entry:
    """One answered personalisation."""

    chapter_id: str = "chapter-01"
    ms: int = 10
    cached: bool = True
    provider: str | None = "claude"
    tokens: tuple[int, int] = (0, 0)
    fallbacks: int = 0
    at: str = "2026-06-15T12:00:00Z"
    source: str = "cache"
    status: str = "ok"
    model: str | None = None
    language: str | None = "en"
    transformations: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    request_id: str | None = None
    user_id: int | None = None
    cost_usd: str | None = None
    sections: int = 0


async def log(session: AsyncSession, entries: Sequence[Entry]) -> list[int]:
    """Commit them; return their ids."""
    ids = list[int]()
    for entry in entries:
        values = asdict(entry)
        values["input"], values["output"] = values.pop("tokens")
        values["transformations"] = list(entry.transformations)
        values["reasons"] = list(entry.reasons)
        ids.append((await session.execute(INSERT, values)).scalar_one())
    await session.commit()
    return ids
