"""Warm up: say what it takes, then have what is missing generated the way a request would."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import replace
from decimal import Decimal

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.library import UnreadableChapter
from server.book.languages.tags import NotALanguageTag, canonical_tag
from server.errors import ChapterNotFound, FieldError, InvalidInput
from server.generation.budget.domain import NO_MONEY
from server.generation.budget.service import estimate_cost
from server.generation.corrections.service import find_stored
from server.generation.editions.domain import Learner
from server.generation.renditions.cache.service import list_stored
from server.generation.rewriting.estimates import NO_TOKENS, TokenEstimate
from server.generation.rewriting.store.service import forget_due_reviews, take_due_reviews
from server.generation.warming.batches.queries import leave_to_others
from server.generation.warming.domain import Ending, Estimate, Plans, Portion, Survey, Tally, Wish
from server.generation.warming.learners import list_in_use, list_possible
from server.generation.warming.portions import each_of, work_through
from server.generation.warming.resources import Workplace
from server.generation.warming.survey import Stock, name_models, survey
from server.learners.accounts.service import count_answers
from server.learners.profiles.domain import LearnerFacts, profile_of

__all__ = ["leave_to_others"]

DUE_AT_ONCE = 20  # readings that one worker takes

logger = structlog.stdlib.get_logger(__name__)


def check_wish(wish: Wish) -> Wish:
    """The wish with its languages as canonical tags; raise InvalidInput for what is none."""
    try:
        languages = tuple(dict.fromkeys(canonical_tag(tag) for tag in wish.languages))
    except NotALanguageTag as error:
        field = FieldError("body.languages", str(error))
        raise InvalidInput("A language is not one we know.", fields=[field]) from error
    return replace(wish, languages=languages)


async def estimate(
    workplace: Workplace, wish: Wish, *, batch: bool = False, busy: Collection[str] = ()
) -> Estimate:
    """What the wish would take; nothing is asked. Keys that are `busy` are left out."""
    total, writing, reading = Estimate(), NO_TOKENS, NO_TOKENS
    async for survey_ in _survey_book(workplace, wish, busy):
        writing += survey_.tokens
        reading += survey_.reading_tokens if workplace.reader else NO_TOKENS
        total = Estimate(
            chapters=total.chapters + 1,
            plans=total.plans + survey_.plans,
            sections=total.sections + survey_.sections,
            missing=total.missing + survey_.missing,
        )
    tokens = writing + reading
    cost = _price(workplace, workplace.model, writing, batch=batch)
    cost_of_reading = _price(workplace, workplace.reader, reading, batch=batch)
    known = None not in {cost, cost_of_reading}
    return replace(
        total,
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cost_usd=(cost or NO_MONEY) + (cost_of_reading or NO_MONEY) if known else None,
    )


async def warm(workplace: Workplace, wish: Wish, listen: Callable[[Tally], None]) -> Tally:
    """Have all that is missing generated; `listen` hears of each section.

    Work is named by its content, so one that was stopped and begins again asks only for the rest.
    """
    return await work_through(workplace.resources, list_portions(workplace, wish), listen)


async def list_portions(
    workplace: Workplace, wish: Wish, busy: Collection[str] = ()
) -> AsyncIterator[Portion]:
    """What is missing, chapter by chapter as each is come to."""
    async for survey_ in _survey_book(workplace, wish, busy):
        for portion in survey_.portions:
            yield portion


def _price(
    workplace: Workplace, model: str | None, tokens: TokenEstimate, *, batch: bool
) -> Decimal | None:
    """What a model takes for the tokens; None where nobody knows, and they are some."""
    if tokens == NO_TOKENS:
        return NO_MONEY
    if model is None:
        return None
    return estimate_cost(workplace.prices, model, tokens.input, tokens.output, batch=batch)


async def read_due(workplace: Workplace) -> Tally:
    """Have a second reader read what an outage, the budget or a deadline has left unread.

    A text that no learner's plan has any more is left as it is.
    """
    resources, tally = workplace.resources, Tally()
    while resources.reader is not None and tally.ending is Ending.DONE:
        async with resources.sessions.begin() as session:
            taken = await take_due_reviews(session, DUE_AT_ONCE)
        if not taken:
            break
        portions = [each async for each in _list_due(workplace, taken)]
        found = {part.key for portion in portions for part in portion.parts}
        async with resources.sessions.begin() as session:
            await forget_due_reviews(session, taken.keys() - found)
        tally = await work_through(resources, each_of(portions), lambda _: None)
    return tally


async def _list_due(workplace: Workplace, taken: Mapping[str, str]) -> AsyncIterator[Portion]:
    for chapter_id in sorted(set(taken.values())):
        try:
            async for portion in list_portions(workplace, Wish((chapter_id,), review=True)):
                parts = tuple(part for part in portion.parts if part.key in taken)
                if parts:
                    yield replace(portion, parts=parts)
        except (ChapterNotFound, UnreadableChapter):
            continue


async def _survey_book(
    workplace: Workplace, wish: Wish, busy: Collection[str]
) -> AsyncIterator[Survey]:
    """One survey for each chapter; the prompts of a whole book would fill the memory."""
    chapter_ids = await _list_chapters(workplace, wish)
    learners = Counter(await _list_learners(workplace, wish))
    seen = set(busy)
    for chapter_id in chapter_ids:
        try:
            chapter = await asyncio.to_thread(workplace.desk.library.load_chapter, chapter_id)
        except (ChapterNotFound, UnreadableChapter) as error:
            # One that was named is refused before; of the others one was removed just now.
            if wish.chapter_ids:
                raise
            logger.warning("chapter not warmed", chapter=chapter_id, reason=error.detail)
            continue
        # No rendition is stored under their names, so that the revision does not matter.
        editions = await workplace.desk.write_editions(chapter, learners, revision=0)
        names = {part.name for each in editions for part in each.edition.parts}
        held = await find_stored(workplace.resources.sessions, names)
        models = name_models([workplace.model or ""]) if wish.upgrade else None
        reader = workplace.current_reader if wish.upgrade else None
        stock = Stock(held, models, reader)
        yield await asyncio.to_thread(
            survey, editions, stock, seen, at_once=workplace.at_once, reads=wish.review
        )


async def _list_chapters(workplace: Workplace, wish: Wish) -> list[str]:
    """The ids of the chapters that are wished for, by whatever alias; raise ChapterNotFound."""
    library = workplace.desk.library
    if not wish.chapter_ids:
        summaries = await asyncio.to_thread(library.list_chapters)
        return [summary.chapter_id for summary in summaries]
    named = [await asyncio.to_thread(library.load_chapter, name) for name in wish.chapter_ids]
    return list(dict.fromkeys(chapter.id for chapter in named))


async def _list_learners(workplace: Workplace, wish: Wish) -> list[Learner]:
    if wish.plans is Plans.ALL:
        return list(list_possible(wish.languages))
    async with workplace.resources.sessions() as session:
        answers = [each for each, _ in await count_answers(session)]
        stored = await list_stored(session)
    return list(list_in_use(answers, stored, wish.languages))


async def count_learners(session: AsyncSession, chapter_id: str | None = None) -> Counter[Learner]:
    """Everybody who learns here by profile; who reads a chapter in another language, there too.

    For one chapter, only that chapter's readers are looked up.
    """
    counted = await count_answers(session)
    stored = await list_stored(session, chapter_id)
    people = Counter[Learner]()
    for answers, number in counted:
        people[Learner(LearnerFacts(profile_of(answers)))] += number
    for learner in list_in_use((answers for answers, _ in counted), stored, ()):
        people[learner] += learner.chapter_id is not None
    return people
