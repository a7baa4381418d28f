"""What needs eyes: reported, falling back, outdated, waiting; what most learners meet first."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.library import UnreadableChapter
from server.errors import ChapterNotFound
from server.generation.corrections.domain import Pin
from server.generation.corrections.service import list_pins, read_stored
from server.generation.editions.domain import EditionInUse, Part
from server.generation.editions.service import OrderDesk
from server.generation.review.domain import Remedy, read_review
from server.generation.rewriting.store.domain import Requirement, StoredState
from server.generation.rewriting.store.service import (
    list_partly_original,
    list_records,
    list_rejected,
)
from server.generation.warming.service import count_learners
from server.insight.feedback.domain import StoredFeedback
from server.insight.feedback.service import list_reports
from server.settings import Publish
from server.staff.instruction.domain import Concern, Item, is_waiting
from server.staff.instruction.plans.domain import ChapterPlans
from server.staff.instruction.plans.service import is_for, list_plans

MOST_REPORTS = 1000
MOST_COMMENTS = 5  # that an item quotes


@dataclass(frozen=True)
class _Worries:
    """Everything that might need eyes, by chapter."""

    reports: Mapping[str, Sequence[StoredFeedback]]
    rejected: Mapping[str, Sequence[str]]
    objected: Mapping[str, Sequence[str]]
    pins: Mapping[str, Sequence[Pin]]
    guarded: frozenset[str]  # chapters of which a text may wait for acceptance

    @property
    def chapter_ids(self) -> list[str]:
        return sorted({*self.reports, *self.rejected, *self.objected, *self.pins, *self.guarded})


async def list_queue(session: AsyncSession, desk: OrderDesk) -> list[Item]:
    """List what needs an instructor's eyes; what is about a text that is gone needs none."""
    worries = await _gather(session, await asyncio.to_thread(_list_guarded, desk))
    people = await count_learners(session)
    items = list[Item]()
    for chapter_id in worries.chapter_ids:
        try:
            chapter = await asyncio.to_thread(desk.library.load_chapter, chapter_id)
        except (ChapterNotFound, UnreadableChapter):
            continue
        plans = await list_plans(session, desk, chapter, people)
        items += _list_reported(plans, worries.reports.get(chapter_id, ()))
        items += await _list_falling_back(session, plans, worries.rejected.get(chapter_id, ()))
        items += await _list_objected(session, plans, worries.objected.get(chapter_id, ()))
        items += _list_outdated(plans, worries.pins.get(chapter_id, ()))
        items += [item for plan in plans.plans for item in await _list_waiting(session, plan)]
    items.sort(key=lambda item: (-item.learners, item.concern, item.chapter_id, item.section or ""))
    return items


def _list_guarded(desk: OrderDesk) -> frozenset[str]:
    """The chapters that ask for acceptance; all, where a transformation does."""
    publishing = desk.library.list_publishing()
    if any(each.publish is Publish.APPROVED for each in desk.catalogue.transformations):
        return frozenset(publishing)
    return frozenset(id_ for id_, publish in publishing.items() if publish is Publish.APPROVED)


async def _gather(session: AsyncSession, guarded: frozenset[str]) -> _Worries:
    reports = defaultdict[str, list[StoredFeedback]](list)
    for report in await list_reports(session, limit=MOST_REPORTS):
        reports[report.chapter_id].append(report)
    rejected = _group(await list_rejected(session))
    objected = _group(await list_partly_original(session))
    pins = defaultdict[str, list[Pin]](list)
    for pin in await list_pins(session):
        pins[pin.place.chapter_id].append(pin)
    return _Worries(reports, rejected, objected, pins, guarded)


def _group(keys: Sequence[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """By the chapters that they were first asked for in."""
    grouped = defaultdict[str, list[str]](list)
    for key, chapter_id in keys:
        grouped[chapter_id].append(key)
    return grouped


def _find_key(plans: ChapterPlans, key: str) -> tuple[EditionInUse, Part] | None:
    for plan in plans.plans:
        if (part := plan.edition.by_key.get(key)) is not None:
            return plan, part
    return None


def _list_reported(plans: ChapterPlans, reports: Sequence[StoredFeedback]) -> Iterator[Item]:
    """One item for each text; what was said about the chapter as a whole is one more."""
    grouped = defaultdict[str | None, list[StoredFeedback]](list)
    for report in reports:
        grouped[report.section_key].append(report)
    for key, said in grouped.items():
        counts = Counter(each.helpful for each in said)
        comments = [each.comment for each in said if each.comment]
        details: dict[str, object] = {
            "not_helpful": counts[False],
            "faults": dict(Counter(each.fault.value for each in said if each.fault)),
            "comments": comments[:MOST_COMMENTS],
            "comments_total": len(comments),
        }
        if key is None:
            yield _describe_chapter(plans, details)
        elif (found := _find_key(plans, key)) is not None:
            yield _describe(Concern.REPORTED, *found, details)


async def _list_falling_back(
    session: AsyncSession, plans: ChapterPlans, keys: Sequence[str]
) -> list[Item]:
    records = await list_records(session, keys)
    names = [part.name for plan in plans.plans for part in plan.edition.parts]
    pins = await list_pins(session, plans.chapter.id, names)
    items = list[Item]()
    for key in keys:
        found, record = _find_key(plans, key), records.get(key)
        if found is None or record is None or record.state != StoredState.REJECTED:
            continue
        part = found[1]
        if not part.section.locked and not any(pin.is_of(part.name) for pin in pins):
            details = {
                "failures": record.failures,
                "failed_check": record.failed_check,
                "reason": record.reason,
            }
            items.append(_describe(Concern.FALLING_BACK, *found, details))
    return items


async def _list_objected(
    session: AsyncSession, plans: ChapterPlans, keys: Sequence[str]
) -> list[Item]:
    """What a second reader had put back, where learners read it: no pin stands there, no lock."""
    found = {key: place for key in keys if (place := _find_key(plans, key)) is not None}
    stored = await read_stored(session, [part.name for _, part in found.values()])
    items = list[Item]()
    for key, (plan, part) in found.items():
        held = stored.get(key)
        if held is None or held.review is None or held.pinned or part.section.locked:
            continue
        findings = read_review(held.review).findings
        details = {
            "faults": sorted({each.fault.value for each in findings}),
            "put_back": sum(each.remedy is Remedy.PUT_BACK for each in findings),
        }
        items.append(_describe(Concern.OBJECTED, plan, part, details))
    return items


def _list_outdated(plans: ChapterPlans, pins: Sequence[Pin]) -> Iterator[Item]:
    titles = {section.id: section.title for section in plans.chapter.sections}
    for pin in pins:
        place = pin.place
        plan = next((plan for plan in plans.plans if is_for(pin, plan)), None)
        if plan is not None and plan.edition.holds(pin):
            continue
        yield Item(
            concern=Concern.OUTDATED_PIN,
            chapter_id=place.chapter_id,
            section=place.section_id,
            title=titles.get(place.section_id, place.section_id),
            plan_hash=plan.edition.plan_name if plan else place.plan_hash,
            learners=plan.learners if plan else 0,
            details={
                "section_is_gone": place.section_id not in titles,
                "pinned_at": pin.pinned_at.isoformat(),
            },
            plan=plan,
        )


async def _list_waiting(session: AsyncSession, plan: EditionInUse) -> list[Item]:
    """One item for each version, however many of its texts wait: they are accepted together."""
    edition = plan.edition
    if Requirement.ACCEPTED not in edition.requires:
        return []
    names = [part.name for part in edition.parts if part.rewritable]
    stored = (await read_stored(session, names)).values()
    waiting = [each for each in stored if is_waiting(each, edition)]
    if not waiting:
        return []
    chapter = edition.chapter
    return [
        Item(
            concern=Concern.WAITING,
            chapter_id=chapter.id,
            section=None,
            title=chapter.title,
            plan_hash=edition.plan_name,
            learners=plan.learners,
            details={"sections": len(waiting)},
            plan=plan,
        )
    ]


def _describe(
    concern: Concern, plan: EditionInUse, part: Part, details: Mapping[str, object]
) -> Item:
    section = part.section
    return Item(
        concern=concern,
        chapter_id=plan.edition.chapter.id,
        section=section.id,
        title=section.title,
        plan_hash=plan.edition.plan_name,
        learners=plan.learners,
        details=details,
        plan=plan,
    )


def _describe_chapter(plans: ChapterPlans, details: Mapping[str, object]) -> Item:
    return Item(
        concern=Concern.REPORTED,
        chapter_id=plans.chapter.id,
        section=None,
        title=plans.chapter.title,
        plan_hash=None,
        learners=sum(plan.learners for plan in plans.plans),
        details=details,
    )
