"""What an order would do and cost, without doing it."""

from collections.abc import Mapping

from server.book.chapters.domain import Chapter
from server.book.languages.tags import direction_of
from server.generation.corrections.service import find_stored
from server.generation.editions.domain import Order
from server.generation.renditions.domain import ToldStep
from server.generation.renditions.preview.domain import GaveWay, LeftOut, Preview
from server.generation.renditions.resources import Resources
from server.generation.rewriting.estimates import estimate_tokens
from server.generation.rewriting.store.domain import StoredRewrite, is_missing

EXCLUDED = "The author has excluded this from the chapter."
OPTED_OUT = "The author wants this chapter to be read as it is written."
OPAQUE = "The file of this chapter holds characters that no text may hold, so it is left alone."


async def preview(resources: Resources, order: Order) -> Preview:
    """The plan with its reasons, and which sections a model would be asked for."""
    return describe_plan(order, await find_stored(resources.sessions, order.edition.names))


def describe_plan(order: Order, stored: Mapping[str, StoredRewrite]) -> Preview:
    """Describe the plan of a chapter before it is asked for, by what the store holds of it."""
    plan = order.plan
    missing = [part for part in order.parts if part.rewritable and is_missing(stored.get(part.key))]
    opted_out = _find_opt_out(order.chapter)
    return Preview(
        chapter_id=order.chapter.id,
        language=plan.language,
        direction=direction_of(plan.language),
        profile_hash=order.asker.profile_hash,
        source_hash=order.chapter.source_hash,
        plan_hash=order.plan_hash,
        applied_transformations=plan.ids,
        personalization_factors=plan.reasons,
        transformations=tuple(map(ToldStep.of, plan.steps)),
        dropped=tuple(
            GaveWay(each.transformation_id, each.title, each.because_of, each.reason)
            for each in plan.dropped
        ),
        excluded=tuple(
            LeftOut(each.transformation_id, each.title, EXCLUDED) for each in plan.excluded
        ),
        opted_out=opted_out is not None,
        opted_out_reason=opted_out,
        locked_sections=tuple(each.id for each in order.chapter.sections if each.locked),
        cached=not missing and any(part.rewritable for part in order.parts),
        sections_total=len(order.chapter.sections),
        sections_missing=len(missing),
        estimated_tokens=estimate_tokens(order.brief, (part.section for part in missing)),
    )


def _find_opt_out(chapter: Chapter) -> str | None:
    """Why the whole chapter stays as it is, whoever asks."""
    if chapter.opaque:
        return OPAQUE
    return None if chapter.personalize else OPTED_OUT
