"""A dry run: what a learner with these answers would get of a chapter, section by section."""

import asyncio
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.generation.corrections.stocktaking import read_stored
from server.generation.editions.service import OrderDesk
from server.generation.renditions.domain import Order, SectionStatus, StoredRewrite, is_rewritable
from server.generation.renditions.preview.service import preview
from server.generation.renditions.resources import Resources
from server.generation.renditions.sections import show_known_section, show_pinned
from server.learners.profiles.domain import Profile
from server.staff.instruction.book.domain import Readiness, Rehearsal, RehearsedSection
from server.staff.instruction.domain import PlanInUse
from server.staff.instruction.plans.service import list_plans


async def rehearse(
    session: AsyncSession,
    desk: OrderDesk,
    resources: Resources,
    chapter_id: str,
    profile: Profile,
) -> Rehearsal:
    """The plan, what is there for it, and whether learners have it; no model is asked."""
    order = await desk.draft(chapter_id, profile)
    stored = await read_stored(session, sorted(set(order.section_keys)))
    return Rehearsal(
        chapter=order.chapter,
        plan=await preview(resources, order),
        # Stored texts are verified anew, which takes a moment.
        sections=await asyncio.to_thread(_list_sections, order, stored),
        in_use=await _find_in_use(session, desk, order.chapter, order.plan_hash),
    )


async def _find_in_use(
    session: AsyncSession, desk: OrderDesk, chapter: Chapter, shown_as: str
) -> PlanInUse | None:
    plans = await list_plans(session, desk, chapter)
    return next((plan for plan in plans.plans if plan.shown_as == shown_as), None)


def _list_sections(
    order: Order, stored: Mapping[str, StoredRewrite]
) -> tuple[RehearsedSection, ...]:
    return tuple(
        RehearsedSection(section.id, section.title, _judge(order, index, stored))
        for index, section in enumerate(order.chapter.sections)
    )


def _judge(order: Order, index: int, stored: Mapping[str, StoredRewrite]) -> Readiness:
    section, held = order.chapter.sections[index], stored.get(order.section_keys[index])
    if section.locked:
        return Readiness.LOCKED
    if not is_rewritable(section, order.plan):
        return Readiness.UNCHANGED
    if held is not None and show_pinned(order, index, held) is not None:
        return Readiness.PINNED
    shown = show_known_section(order, index, held)
    if shown is None:
        return Readiness.MISSING
    return Readiness.REFUSED if shown.status is SectionStatus.FALLBACK else Readiness.STORED
