"""What an order would do and cost, without doing it."""

from server.personalization import rewrite_queries
from server.personalization.domain import Order, StoredRewrite, StoredState, is_rewritable
from server.personalization.resources import Resources
from server.personalization.schemas import (
    DroppedResponse,
    EstimateResponse,
    PlanResponse,
    TransformationResponse,
)
from server.profiles.languages import direction_of

CHARACTERS_PER_TOKEN = 4  # an estimate; providers count differently


async def preview(resources: Resources, order: Order) -> PlanResponse:
    """The plan with its reasons, and which sections a model would be asked for."""
    missing = await _find_missing(resources, order)
    plan = order.plan
    return PlanResponse(
        chapter_id=order.chapter.id,
        language=plan.language,
        direction=direction_of(plan.language),
        profile_hash=order.profile_hash,
        source_hash=order.chapter.source_hash,
        plan_hash=order.plan_hash,
        applied_transformations=list(plan.ids),
        personalization_factors=list(plan.reasons),
        transformations=[
            TransformationResponse(
                id=step.transformation.id,
                title=step.transformation.title,
                reason=step.reason,
                adds=step.transformation.adds,
            )
            for step in plan.steps
        ],
        dropped=[
            DroppedResponse(id=dropped.transformation_id, because_of=dropped.because_of)
            for dropped in plan.dropped
        ],
        cached=not missing and any(is_rewritable(each, plan) for each in order.chapter.sections),
        sections_total=len(order.chapter.sections),
        sections_missing=len(missing),
        estimated_tokens=_estimate(order, missing),
    )


async def _find_missing(resources: Resources, order: Order) -> list[int]:
    """The sections that nobody has asked for before."""
    async with resources.sessions() as session:
        stored = await rewrite_queries.find_rewrites(session, list(set(order.section_keys)))
    return [
        index
        for index, section in enumerate(order.chapter.sections)
        if is_rewritable(section, order.plan)
        and not _is_settled(stored.get(order.section_keys[index]))
    ]


def _is_settled(stored: StoredRewrite | None) -> bool:
    if stored is None:
        return False
    return stored.state is StoredState.READY or (
        stored.state is StoredState.REJECTED and not stored.is_due
    )


def _estimate(order: Order, missing: list[int]) -> EstimateResponse:
    """Each missing section costs the shared prompt and its own text, and about as much again."""
    lengths = [len(order.chapter.sections[index].source) for index in missing]
    prompt = len(missing) * len(order.brief.system)
    return EstimateResponse(
        input=(prompt + sum(lengths)) // CHARACTERS_PER_TOKEN,
        output=sum(lengths) // CHARACTERS_PER_TOKEN if order.plan.rewrites_runs else 0,
    )
