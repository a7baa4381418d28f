"""A chapter under one plan, section by section: original, shown text, record, feedback, pins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Section
from server.core.auditing import service as auditing
from server.core.auditing.domain import ActFilter, ActPage
from server.generation.corrections.domain import Pin
from server.generation.corrections.service import list_locks, list_pins, read_stored
from server.generation.editions.domain import EditionInUse, Order, Part
from server.generation.renditions.sections import show_known_section, show_pinned
from server.generation.rewriting.domain import Brief, SectionRewrite
from server.generation.rewriting.store.domain import Record, StoredRewrite
from server.generation.rewriting.store.service import list_records
from server.insight.feedback.domain import StoredFeedback
from server.insight.feedback.service import list_judged
from server.learners.accounts.service import find_names
from server.staff.instruction.domain import (
    ChapterPlans,
    LockedBy,
    PinState,
    Review,
    ReviewedPin,
    ReviewedRun,
    ReviewedSection,
    Verdicts,
)
from server.staff.instruction.plans.service import is_for


@dataclass(frozen=True)
class _Evidence:
    """All that was read about the chapter under the plan."""

    plan: EditionInUse
    stored: Mapping[str, StoredRewrite]
    records: Mapping[str, Record]
    feedback: Sequence[StoredFeedback]
    pins: Sequence[Pin]
    names: Mapping[int, str | None]
    locked: frozenset[str]


async def review(session: AsyncSession, plans: ChapterPlans, plan: EditionInUse) -> Review:
    """What this plan's learners read, beside what the author wrote."""
    evidence = await _gather(session, plan)
    parts = plan.edition.parts
    present = {part.section.id for part in parts}
    return Review(
        plan=plan,
        chapter=plans.chapter,
        revision=plans.revision,
        sections=tuple(_review(evidence, part) for part in parts),
        left_over=tuple(
            _describe(evidence, pin, PinState.OUTDATED)
            for pin in evidence.pins
            if pin.place.section_id not in present and not plan.edition.holds(pin)
        ),
    )


async def list_acts(
    session: AsyncSession, wanted: ActFilter, *, limit: int, offset: int
) -> ActPage:
    """Who did what, the newest first; nobody is named once the account is erased."""
    found = await auditing.list_acts(session, wanted, limit=limit, offset=offset)
    names = await find_names(session, {act.user_id for act in found.acts if act.user_id})
    acts = (replace(act, who=names.get(act.user_id or 0)) for act in found.acts)
    return ActPage(found.total, tuple(acts))


async def _gather(session: AsyncSession, plan: EditionInUse) -> _Evidence:
    chapter_id = plan.edition.chapter.id
    keys, names = list(plan.edition.by_key), plan.edition.names
    pins = [pin for pin in await list_pins(session, chapter_id, names) if is_for(pin, plan)]
    return _Evidence(
        plan=plan,
        stored=await read_stored(session, names),
        records=await list_records(session, keys),
        feedback=await list_judged(session, keys),
        pins=pins,
        names=await find_names(session, {p.pinned_by for p in pins if p.pinned_by}),
        locked=frozenset(lock.section_id for lock in await list_locks(session, chapter_id)),
    )


def _review(evidence: _Evidence, part: Part) -> ReviewedSection:
    order = Order(evidence.plan.edition)
    section, key = part.section, part.key
    stored = evidence.stored.get(key)
    rewrite = find_shown_rewrite(order.brief, part, stored)
    return ReviewedSection(
        id=section.id,
        title=section.title,
        key=key,
        original=section.source,
        shown=show_known_section(order, part, stored),
        runs=_list_runs(section, rewrite),
        rewrite=rewrite,
        record=evidence.records.get(key),
        feedback=_add_up([each for each in evidence.feedback if each.section_key == key]),
        pins=tuple(_list_pins(evidence, part)),
        locked_by=_find_lock(evidence, section),
        hint=order.brief.find_hint(section),
    )


def find_shown_rewrite(
    brief: Brief, part: Part, stored: StoredRewrite | None
) -> SectionRewrite | None:
    """The pinned text where it holds, else what a model wrote."""
    if stored is None:
        return None
    if show_pinned(brief, part.section, stored) is not None:
        return stored.pinned
    return stored.rewrite


def _list_runs(section: Section, rewrite: SectionRewrite | None) -> tuple[ReviewedRun, ...]:
    answers = rewrite.answers if rewrite else {}
    return tuple(
        ReviewedRun(index, run.kind, run.masked, answers.get(index))
        for index, run in enumerate(section.runs)
    )


def _add_up(feedback: Sequence[StoredFeedback]) -> Verdicts:
    helpful = sum(each.helpful for each in feedback)
    comments = tuple(each.comment for each in feedback if each.comment)
    return Verdicts(helpful, len(feedback) - helpful, comments)


def _list_pins(evidence: _Evidence, part: Part) -> list[ReviewedPin]:
    """The section's own, and those for wordings that it had before."""
    edition, section = evidence.plan.edition, part.section
    stored = evidence.stored.get(part.key)
    holds = stored is not None and show_pinned(edition.brief, section, stored) is not None
    pins = list[ReviewedPin]()
    for pin in evidence.pins:
        if pin.is_of(part.name):
            pins.append(_describe(evidence, pin, PinState.PINNED if holds else PinState.OUTDATED))
        elif pin.place.section_id == section.id and not edition.holds(pin):
            pins.append(_describe(evidence, pin, PinState.OUTDATED))
    return pins


def _describe(evidence: _Evidence, pin: Pin, state: PinState) -> ReviewedPin:
    by = evidence.names.get(pin.pinned_by) if pin.pinned_by is not None else None
    return ReviewedPin(pin.place, state, pin.rewrite, pin.edited, by, pin.pinned_at)


def _find_lock(evidence: _Evidence, section: Section) -> LockedBy | None:
    if section.id in evidence.locked:
        return LockedBy.INSTRUCTOR
    return LockedBy.AUTHOR if section.locked else None
