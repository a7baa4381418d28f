"""A chapter under one plan, section by section: original, shown text, record, feedback, pins."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Section
from server.core.auditing import service as auditing
from server.core.auditing.domain import ActFilter
from server.generation.corrections.domain import Pin
from server.generation.corrections.service import list_locks, list_pins, read_stored
from server.generation.editions.domain import EditionInUse, Order, Part
from server.generation.renditions.domain import ShownSection
from server.generation.renditions.sections import show_known_section, show_pinned
from server.generation.review.domain import read_review
from server.generation.rewriting.domain import Brief, SectionRewrite
from server.generation.rewriting.store.domain import (
    Record,
    StoredRewrite,
    write_runs,
)
from server.generation.rewriting.store.service import list_records
from server.insight.feedback.domain import StoredFeedback
from server.insight.feedback.service import list_judged
from server.learners.accounts.domain import Account
from server.learners.accounts.service import find_names
from server.staff.instruction.domain import is_waiting, sign_text
from server.staff.instruction.plans.domain import ChapterPlans, NamedPlan, identify_plan
from server.staff.instruction.plans.service import is_for
from server.staff.instruction.review.domain import (
    Audit,
    LockedBy,
    PinState,
    Review,
    ReviewedNote,
    ReviewedPin,
    ReviewedRun,
    ReviewedSection,
    SecondReading,
    Verdicts,
    Verifier,
)


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
    reader: Account


async def review(
    session: AsyncSession, plans: ChapterPlans, plan: EditionInUse, reader: Account
) -> Review:
    """What this plan's learners read, beside what the author wrote."""
    evidence = await _gather(session, plan, reader)
    parts = plan.edition.parts
    present = {part.section.id for part in parts}
    return Review(
        chapter_id=plans.chapter.id,
        title=plans.chapter.title,
        source_hash=plans.chapter.source_hash,
        revision=plans.revision,
        plan=NamedPlan(*identify_plan(plan)),
        sections=tuple(_review(evidence, part) for part in parts),
        left_over=tuple(
            _describe(evidence, pin, PinState.OUTDATED)
            for pin in evidence.pins
            if pin.place.section_id not in present and not plan.edition.holds(pin)
        ),
        chapter=plans.chapter,
    )


async def list_acts(
    session: AsyncSession, wanted: ActFilter, reader: Account, *, limit: int, offset: int
) -> Audit:
    """List who did what to the texts under review, the newest first."""
    found = await auditing.list_acts(session, wanted, limit=limit, offset=offset)
    names = await find_names(session, {act.user_id for act in found.acts if act.user_id})
    who = {user_id: reader.name_colleague(name) for user_id, name in names.items()}
    acts = (replace(act, who=who.get(act.user_id or 0)) for act in found.acts)
    return Audit(found.total, tuple(acts))


async def _gather(session: AsyncSession, plan: EditionInUse, reader: Account) -> _Evidence:
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
        reader=reader,
    )


def _review(evidence: _Evidence, part: Part) -> ReviewedSection:
    order = Order(evidence.plan.edition)
    section, key = part.section, part.key
    stored = evidence.stored.get(key)
    rewrite = find_shown_rewrite(order.brief, part, stored)
    answer = show_known_section(order, part, stored)
    return ReviewedSection(
        id=section.id,
        title=section.title,
        key=key,
        status=answer.status if answer else None,
        original=section.source,
        shown=answer.markdown if answer else None,
        runs=_list_runs(section, rewrite),
        notes=_list_notes(rewrite),
        llm_provider=answer.provider if answer else None,
        llm_model=answer.model if answer else None,
        verifier=_describe_record(evidence.records.get(key)),
        second_reading=_describe_reading(answer, stored),
        feedback=_add_up([each for each in evidence.feedback if each.section_key == key]),
        pins=tuple(_list_pins(evidence, part)),
        locked_by=_find_lock(evidence, section),
        hint=order.brief.find_hint(section),
        waiting=_is_waiting(order, answer, stored),
        text_hash=sign_text(key, stored.rewrite) if stored and stored.rewrite else None,
        part=part,
        answer=answer,
        rewrite=rewrite,
    )


def _is_waiting(order: Order, answer: ShownSection | None, stored: StoredRewrite | None) -> bool:
    """Whether what would be shown is a model's, and no learner reads it yet."""
    is_a_models = answer is not None and answer.rewrite is not None
    return is_a_models and stored is not None and is_waiting(stored, order.edition)


def _describe_record(record: Record | None) -> Verifier | None:
    if record is None:
        return None
    return Verifier(
        state=record.state,
        failed_check=record.failed_check,
        reason=record.reason,
        failures=record.failures,
        retry_at=record.retry_at,
        repaired_check=record.repaired_check,
    )


def _describe_reading(
    answer: ShownSection | None, stored: StoredRewrite | None
) -> SecondReading | None:
    """Nobody reads what an instructor has pinned, nor what is the author's."""
    if answer is None or answer.rewrite is None or stored is None or stored.review is None:
        return None
    review = read_review(stored.review)
    return SecondReading(review.verdict, review.model, review.findings)


def _list_notes(rewrite: SectionRewrite | None) -> tuple[ReviewedNote, ...]:
    notes = rewrite.notes if rewrite else ()
    return tuple(ReviewedNote(note.kind, note.text, note.after) for note in notes)


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
    faults = Counter(each.fault.value for each in feedback if each.fault)
    return Verdicts(helpful, len(feedback) - helpful, comments, dict(faults))


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
    return ReviewedPin(
        state=state,
        section=pin.place.section_id,
        plan_hash=pin.place.plan_hash,
        edited=pin.edited,
        by=evidence.reader.name_colleague(by),
        at=pin.pinned_at,
        runs=tuple(write_runs(pin.rewrite)),
        notes=_list_notes(pin.rewrite),
        pin=pin,
    )


def _find_lock(evidence: _Evidence, section: Section) -> LockedBy | None:
    if section.id in evidence.locked:
        return LockedBy.INSTRUCTOR
    return LockedBy.AUTHOR if section.locked else None
