"""What an edit has changed against what is stored, and what it takes to make it good."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.generation.budget.estimating import estimate_cost
from server.generation.corrections.service import list_earlier
from server.generation.corrections.stocktaking import read_stored
from server.generation.renditions.domain import is_rewritable
from server.generation.renditions.storing import EarlierSection
from server.generation.warming.service import Workplace
from server.generation.warming.survey import Stock, count_tokens, survey
from server.staff.instruction.domain import Change, Changes, ChapterPlans, PlanNeed, SectionChange


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
