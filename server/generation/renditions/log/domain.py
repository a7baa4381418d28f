"""The frozen values of the request log: what it says of an answer, and who got it."""

from dataclasses import dataclass
from decimal import Decimal

from server.generation.editions.domain import RenditionName
from server.generation.renditions.domain import (
    Rendition,
    SectionStatus,
    Source,
    model_of,
    provider_of,
)


@dataclass(frozen=True)
class LoggedAnswer:
    """What the log says of an answer, whoever got it: all that analytics asks about one."""

    chapter_id: str
    transformations: tuple[str, ...]
    cached: bool
    source: Source
    status: str
    llm_provider: str | None
    llm_model: str | None
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None
    sections_total: int
    sections_rewritten: int
    sections_fallback: int
    language: str
    fallback_reasons: tuple[str, ...]
    rendition_hash: str

    @classmethod
    def of(cls, rendition: Rendition) -> "LoggedAnswer":
        return cls(
            chapter_id=rendition.order.chapter.id,
            transformations=rendition.order.plan.ids,
            cached=rendition.cached,
            source=rendition.source,
            status="aborted" if rendition.is_aborted else "ok",
            llm_provider=provider_of(rendition),
            llm_model=model_of(rendition),
            input_tokens=rendition.usage.input_tokens,
            output_tokens=rendition.usage.output_tokens,
            cost_usd=rendition.usage.cost_usd,
            sections_total=len(rendition.sections),
            sections_rewritten=rendition.count(SectionStatus.REWRITTEN, SectionStatus.CACHED),
            sections_fallback=rendition.count(SectionStatus.FALLBACK),
            language=rendition.language,
            fallback_reasons=rendition.fallback_reasons,
            rendition_hash=rendition.hash,
        )


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A row of the log, and the stored rendition that the answer was taken from."""

    answer: LoggedAnswer
    user_id: int | None
    request_id: str | None
    response_time_ms: int
    used: RenditionName | None = None
