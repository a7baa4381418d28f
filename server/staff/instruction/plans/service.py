"""The plans in use of a chapter: those that its learners have, and those that have a pin."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.generation.budget.service import estimate_cost
from server.generation.corrections.domain import Pin
from server.generation.corrections.service import list_pins, read_corrections, read_stored
from server.generation.editions.domain import EditionInUse, Learner, facts_behind
from server.generation.editions.service import OrderDesk, find_revision
from server.generation.renditions.cache.domain import EarlierSection
from server.generation.renditions.cache.service import list_earlier
from server.generation.rewriting.store.domain import StoredRewrite, StoredState
from server.generation.warming.resources import Workplace
from server.generation.warming.service import count_learners
from server.generation.warming.survey import Stock, list_new_parts, survey
from server.insight.feedback.domain import SectionNotFound
from server.staff.instruction.plans.domain import (
    Change,
    Changes,
    ChapterPlans,
    CountedPlans,
    PlanCounts,
    PlanNeed,
    PlanNotFound,
    SectionChange,
    identify_plan,
)


async def list_plans(
    session: AsyncSession,
    desk: OrderDesk,
    chapter: Chapter,
    people: Counter[Learner] | None = None,
) -> ChapterPlans:
    """List every plan that learners have for a chapter, with what instructors have set for it.

    Who asks about many chapters counts the people once, and hands them in.
    """
    learners = Counter(people) if people else await count_learners(session, chapter.id)
    for pin in await list_pins(session, chapter.id):
        learners[Learner(facts_behind(pin), chapter.id)] += 0
    revision = await find_revision(session, chapter.id)
    # What an act has done in this transaction is seen in it.
    read = partial(read_corrections, session)
    plans = await desk.write_editions(chapter, learners, revision, read)
    plans.sort(key=lambda plan: (-plan.learners, plan.edition.plan.ids, plan.edition.plan.language))
    return ChapterPlans(chapter, revision, tuple(plans))


def find_plan(plans: ChapterPlans, plan_hash: str) -> EditionInUse:
    """By its own name, or by the one that an answer gives it now."""
    for plan in plans.plans:
        if plan_hash in {plan.edition.plan_name, plan.edition.plan_hash}:
            return plan
    raise PlanNotFound(
        f"No learner has a plan of this name for {plans.chapter.id!r} now: "
        "ask for the chapter's plans again."
    )


def find_section(chapter: Chapter, section_id: str) -> int:
    """Find a section's place in the chapter that an instructor looks at."""
    for index, section in enumerate(chapter.sections):
        if section.id == section_id:
            return index
    raise SectionNotFound(f"The chapter {chapter.id!r} has no section {section_id!r}.")


async def count_plans(session: AsyncSession, plans: ChapterPlans) -> CountedPlans:
    """Count how much of a chapter is there for each plan that learners have."""
    names = {part.name for plan in plans.plans for part in plan.edition.parts}
    pins = await list_pins(session, plans.chapter.id, names)
    held = await read_stored(session, names)
    counts = await asyncio.to_thread(lambda: [_count(plan, pins, held) for plan in plans.plans])
    return CountedPlans(plans.chapter.id, plans.chapter.title, plans.revision, tuple(counts))


def _count(
    plan: EditionInUse, pins: Sequence[Pin], held: Mapping[str, StoredRewrite]
) -> PlanCounts:
    edition = plan.edition
    keys = [part.key for part in list_new_parts(edition, ())]
    own = [pin for pin in pins if is_for(pin, plan)]
    missing = sum(Stock(held).lacks(key) for key in keys)
    states = Counter(held[key].state for key in keys if key in held)
    pinned = sum(edition.holds(pin) for pin in own)
    return PlanCounts(
        *identify_plan(plan),
        sections=sum(part.rewritable for part in edition.parts),
        stored=states[StoredState.READY],
        missing=missing,
        rejected=states[StoredState.REJECTED],
        pinned=pinned,
        outdated_pins=len(own) - pinned,
    )


def is_for(pin: Pin, plan: EditionInUse) -> bool:
    """Whether a pinned text is for the learners of this plan, however it was named then."""
    wanted = plan.edition.plan
    place = pin.place
    return (place.transformations, place.language) == (wanted.ids, wanted.language)


async def find_changes(session: AsyncSession, workplace: Workplace, plans: ChapterPlans) -> Changes:
    """Compare by the section keys of the plans in use; no model is asked."""
    earlier = await list_earlier(session, plans.chapter.id)
    names = {part.name for plan in plans.plans for part in plan.edition.parts}
    stock = Stock(await read_stored(session, names))
    # With hundreds of plans this is work for half a second, in which learners would wait.
    return await asyncio.to_thread(_tell, workplace, plans, earlier, stock)


def _tell(
    workplace: Workplace, plans: ChapterPlans, earlier: Sequence[EarlierSection], stock: Stock
) -> Changes:
    chapter = plans.chapter
    known = find_earlier(earlier, chapter.source_hash)
    needed = survey(plans.plans, stock, set(), at_once=workplace.at_once)
    tokens = needed.tokens
    cost = None
    if workplace.model is not None:
        cost = estimate_cost(workplace.prices, workplace.model, tokens.input, tokens.output)
    return Changes(
        chapter_id=chapter.id,
        source_hash=chapter.source_hash,
        compared_with=known.source_hash if known else None,
        sections=tuple(compare(plans, stock, known)),
        plans=len(plans.plans),
        plans_needing_calls=tuple(_list_needs(plans, stock)),
        calls=needed.missing,
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cost_usd=cost,
    )


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A state of the chapter as it is stored: the sections' titles and keys by their id."""

    source_hash: str
    titles: Mapping[str, str]
    keys: Mapping[str, Collection[str]]


def find_earlier(earlier: Sequence[EarlierSection], source_hash: str) -> EarlierText | None:
    """The newest that is stored and is not the file as it is now; else that one."""
    other = next((each.source_hash for each in earlier if each.source_hash != source_hash), None)
    chosen = other or next((each.source_hash for each in earlier), None)
    if chosen is None:
        return None
    titles, keys = dict[str, str](), dict[str, set[str]]()
    for each in earlier:
        if each.source_hash == chosen:
            titles.setdefault(each.id, each.title)
            keys.setdefault(each.id, set()).add(each.key)
    return EarlierText(chosen, titles, keys)


def compare(
    plans: ChapterPlans, stock: Stock, earlier: EarlierText | None
) -> Iterator[SectionChange]:
    """Compare a plan's stored sections with the chapter after an edit, then those that are gone."""
    sections = plans.chapter.sections
    for index, section in enumerate(sections):
        parts = [plan.edition.parts[index] for plan in plans.plans]
        missing = sum(part.rewritable and stock.lacks(part.key) for part in parts)
        change = _compare_section(section.id, {part.key for part in parts}, stock, earlier)
        yield SectionChange(section.id, section.title, change, missing)
    present = {section.id for section in sections}
    for id_, title in earlier.titles.items() if earlier else ():
        if id_ not in present:
            yield SectionChange(id_, title, Change.GONE, 0)


def _compare_section(
    id_: str, keys: Collection[str], stock: Stock, earlier: EarlierText | None
) -> Change:
    """A text that is stored under a key of now makes it unchanged, whatever it was before."""
    known = earlier.keys.get(id_, ()) if earlier else ()
    if not keys or any(key in known or key in stock.held for key in keys):
        return Change.UNCHANGED
    return Change.CHANGED if known else Change.NEW


def _list_needs(plans: ChapterPlans, stock: Stock) -> Iterator[PlanNeed]:
    for plan in plans.plans:
        needed = survey([plan], stock, set(), at_once=len(plan.edition.parts) or 1)
        ids = [part.section.id for portion in needed.portions for part in portion.parts]
        if ids:
            tokens = needed.tokens
            yield PlanNeed(*identify_plan(plan), tuple(ids), tokens.input, tokens.output)
