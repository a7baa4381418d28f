"""The plans in use of a chapter: those that its learners have, and those that have a pin."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.generation.budget.service import estimate_cost
from server.generation.corrections.domain import Corrections, Pin
from server.generation.corrections.service import list_pins, read_corrections, read_stored
from server.generation.editions.domain import is_rewritable
from server.generation.editions.names import SectionNames, name_plan
from server.generation.editions.service import OrderDesk, correct_order, find_revision
from server.generation.renditions.cache.domain import EarlierSection
from server.generation.renditions.cache.service import list_earlier
from server.generation.rewriting.store.domain import StoredRewrite, StoredState
from server.generation.warming.domain import Case, Learner
from server.generation.warming.resources import Workplace
from server.generation.warming.service import count_learners, find_terms
from server.generation.warming.survey import (
    Stock,
    count_tokens,
    list_new_places,
    survey,
    write_order,
)
from server.insight.feedback.domain import SectionNotFound
from server.learners.profiles.domain import Profile, profile_of, with_language
from server.plan.recipes.domain import Plan
from server.plan.recipes.service import plan_chapter
from server.staff.instruction.domain import (
    Change,
    Changes,
    ChapterPlans,
    PlanCounts,
    PlanInUse,
    PlanNeed,
    PlanNotFound,
    SectionChange,
)


async def list_plans(
    session: AsyncSession,
    desk: OrderDesk,
    chapter: Chapter,
    people: Counter[Learner] | None = None,
) -> ChapterPlans:
    """Every plan that somebody has for the chapter, with what instructors have set for it.

    Who asks about many chapters counts the people once, and hands them in.
    """
    learners = Counter(people) if people else await count_learners(session, chapter.id)
    for pin in await list_pins(session, chapter.id):
        learners[Learner(profile_behind(pin), chapter.id)] += 0
    revision = await find_revision(session, chapter.id)
    plain = await asyncio.to_thread(_plan_all, desk, learners, chapter, revision)
    keys = {key for plan in plain for key in plan.order.section_keys}
    corrections = await read_corrections(session, chapter.id, keys)
    plans = [_correct(plan, corrections) for plan in plain]
    plans.sort(key=lambda plan: (-plan.learners, plan.order.plan.ids, plan.order.plan.language))
    return ChapterPlans(chapter, revision, tuple(plans))


def profile_behind(pin: Pin) -> Profile:
    """A profile that leads to the plan that something was pinned for."""
    profile = pin.place.profile
    return with_language(profile_of(profile), profile["language_tag"])


def _plan_all(
    desk: OrderDesk, learners: Mapping[Learner, int], chapter: Chapter, revision: int
) -> list[PlanInUse]:
    terms, names = find_terms(desk, chapter), SectionNames(chapter)
    counts, found = Counter[str](), dict[str, tuple[Profile, Plan]]()
    for learner, number in learners.items():
        if learner.chapter_id not in {None, chapter.id}:
            continue
        profile = learner.profile
        plan = plan_chapter(desk.catalogue, profile, chapter, profile.language_tag, terms)
        name = name_plan(plan, revision=0)
        if plan.steps:
            counts[name] += number
            found.setdefault(name, (profile, plan))
    return [
        PlanInUse(
            case=Case(write_order(profile, names, plan), profile),
            plan_hash=name,
            shown_as=name_plan(plan, revision),
            learners=counts[name],
        )
        for name, (profile, plan) in found.items()
    ]


def _correct(plan: PlanInUse, corrections: Corrections) -> PlanInUse:
    case = replace(plan.case, order=correct_order(plan.order, corrections))
    return replace(plan, case=case)


def find_plan(plans: ChapterPlans, plan_hash: str) -> PlanInUse:
    """By its own name, or by the one that an answer gives it now."""
    for plan in plans.plans:
        if plan_hash in {plan.plan_hash, plan.shown_as}:
            return plan
    raise PlanNotFound(
        f"No learner has a plan of this name for {plans.chapter.id!r} now: "
        "ask for the chapter's plans again."
    )


def find_section(chapter: Chapter, section_id: str) -> int:
    """The section's place in the chapter."""
    for index, section in enumerate(chapter.sections):
        if section.id == section_id:
            return index
    raise SectionNotFound(f"The chapter {chapter.id!r} has no section {section_id!r}.")


async def count_plans(session: AsyncSession, plans: ChapterPlans) -> list[PlanCounts]:
    """How much is there for each plan."""
    keys = {key for plan in plans.plans for key in plan.order.section_keys}
    pins = await list_pins(session, plans.chapter.id, keys)
    held = await read_stored(session, sorted(keys))
    return await asyncio.to_thread(lambda: [_count(plan, pins, held) for plan in plans.plans])


def _count(plan: PlanInUse, pins: Sequence[Pin], held: Mapping[str, StoredRewrite]) -> PlanCounts:
    order = plan.order
    places = list_new_places(order, ())
    keys = [order.section_keys[place] for place in places]
    own = [pin for pin in pins if is_for(pin, plan)]
    missing = sum(Stock(held).lacks(key) for key in keys)
    states = Counter(held[key].state for key in keys if key in held)
    pinned = sum(pin.place.key in order.section_keys for pin in own)
    return PlanCounts(
        plan=plan,
        sections=sum(is_rewritable(each, order.plan) for each in order.chapter.sections),
        stored=states[StoredState.READY],
        missing=missing,
        rejected=states[StoredState.REJECTED],
        pinned=pinned,
        outdated_pins=len(own) - pinned,
    )


def is_for(pin: Pin, plan: PlanInUse) -> bool:
    """Whether it was pinned for readers of this plan, however it was named then."""
    wanted = plan.order.plan
    place = pin.place
    return (place.transformations, place.language) == (wanted.ids, wanted.language)


async def find_changes(session: AsyncSession, workplace: Workplace, plans: ChapterPlans) -> Changes:
    """Compare by the section keys of the plans in use; no model is asked."""
    earlier = await list_earlier(session, plans.chapter.id)
    keys = {key for plan in plans.plans for key in plan.order.section_keys}
    stock = Stock(await read_stored(session, sorted(keys)))
    # With hundreds of plans this is work for half a second, in which learners would wait.
    return await asyncio.to_thread(_tell, workplace, plans, earlier, stock)


def _tell(
    workplace: Workplace, plans: ChapterPlans, earlier: Sequence[EarlierSection], stock: Stock
) -> Changes:
    chapter = plans.chapter
    edition = find_edition(earlier, chapter.source_hash)
    cases = [plan.case for plan in plans.plans]
    needed = survey(cases, stock, set(), at_once=workplace.at_once)
    prompt, answer = count_tokens(needed.portions)
    cost = None
    if workplace.model is not None:
        cost = estimate_cost(workplace.prices, workplace.model, prompt, answer)
    return Changes(
        chapter=chapter,
        compared_with=edition.source_hash if edition else None,
        sections=tuple(compare(plans, stock, edition)),
        plans=len(plans.plans),
        needs=tuple(_list_needs(plans, stock)),
        calls=needed.missing,
        input_tokens=prompt,
        output_tokens=answer,
        cost_usd=cost,
    )


@dataclass(frozen=True, slots=True)
class Edition:
    """A state of the chapter as it is stored: the sections' titles and keys by their id."""

    source_hash: str
    titles: Mapping[str, str]
    keys: Mapping[str, Collection[str]]


def find_edition(earlier: Sequence[EarlierSection], source_hash: str) -> Edition | None:
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
    return Edition(chosen, titles, keys)


def compare(plans: ChapterPlans, stock: Stock, edition: Edition | None) -> Iterator[SectionChange]:
    """Every section of the chapter in its order, then those that are gone."""
    chapter = plans.chapter
    for index, section in enumerate(chapter.sections):
        keys = {plan.order.section_keys[index] for plan in plans.plans}
        missing = sum(_lacks(chapter, plans, stock, index))
        change = _compare_section(section.id, keys, stock, edition)
        yield SectionChange(section.id, section.title, change, missing)
    present = {section.id for section in chapter.sections}
    for id_, title in edition.titles.items() if edition else ():
        if id_ not in present:
            yield SectionChange(id_, title, Change.GONE, 0)


def _lacks(chapter: Chapter, plans: ChapterPlans, stock: Stock, index: int) -> Iterator[bool]:
    """For each plan whether there is no text for the section, and one is wanted."""
    for plan in plans.plans:
        section = plan.order.chapter.sections[index]
        wanted = is_rewritable(section, plan.order.plan) and chapter.personalize
        yield wanted and stock.lacks(plan.order.section_keys[index])


def _compare_section(
    id_: str, keys: Collection[str], stock: Stock, edition: Edition | None
) -> Change:
    """A text that is stored under a key of now makes it unchanged, whatever the edition was."""
    known = edition.keys.get(id_, ()) if edition else ()
    if not keys or any(key in known or key in stock.held for key in keys):
        return Change.UNCHANGED
    return Change.CHANGED if known else Change.NEW


def _list_needs(plans: ChapterPlans, stock: Stock) -> Iterator[PlanNeed]:
    for plan in plans.plans:
        needed = survey([plan.case], stock, set(), at_once=len(plan.order.section_keys) or 1)
        places = [index for portion in needed.portions for index in portion.indexes]
        if places:
            sections = plan.order.chapter.sections
            prompt, answer = count_tokens(needed.portions)
            yield PlanNeed(plan, tuple(sections[each].id for each in places), prompt, answer)
