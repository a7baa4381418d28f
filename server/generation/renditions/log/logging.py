"""The log row of an answered personalisation."""

from server.core.telemetry.logs import current_request_id
from server.generation.renditions.answers import model_of, provider_of
from server.generation.renditions.domain import Rendition, SectionStatus


def log_row(rendition: Rendition) -> dict[str, object]:
    """Everything that analytics asks about one answer, by column."""
    order = rendition.order
    ids = order.plan.ids
    return {
        "user_id": order.user_id,
        "chapter_id": order.chapter.id,
        "transformation_type": ids[0] if ids else None,
        "response_time_ms": rendition.response_time_ms,
        "cached": rendition.cached,
        "llm_provider": provider_of(rendition),
        "transformations": list(ids),
        "request_id": current_request_id(),
        "status": "aborted" if rendition.is_aborted else "ok",
        "source": rendition.source,
        "llm_model": model_of(rendition),
        "input_tokens": rendition.usage.input_tokens,
        "output_tokens": rendition.usage.output_tokens,
        "cost_usd": rendition.usage.cost_usd,
        "sections_total": len(rendition.sections),
        "sections_rewritten": rendition.count(SectionStatus.REWRITTEN, SectionStatus.CACHED),
        "sections_fallback": rendition.count(SectionStatus.FALLBACK),
        "language": rendition.language,
        "fallback_reasons": list(rendition.fallback_reasons),
    }
