"""The plans in use of a chapter: those that its learners have, and those that have a pin."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.generation.corrections.domain import Corrections, Pin
from server.generation.corrections.service import (
    correct_order,
    find_revision,
    list_pins,
    read_corrections,
)
from server.generation.corrections.stocktaking import read_stored
from server.generation.editions.names import SectionNames, name_plan
from server.generation.editions.service import OrderDesk
from server.generation.renditions.domain import StoredRewrite, StoredState, is_rewritable
from server.generation.warming.domain import Case, Learner
from server.generation.warming.service import count_learners, find_terms
from server.generation.warming.survey import Stock, list_new_places, write_order
from server.insight.feedback.domain import SectionNotFound
from server.learners.profiles.domain import Profile
from server.learners.profiles.normalizing import profile_of, with_language
from server.plan.recipes.service import plan_chapter
from server.plan.transformations.domain import Plan
from server.staff.instruction.domain import ChapterPlans, PlanCounts, PlanInUse, PlanNotFound


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
