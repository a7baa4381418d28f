"""The glossary beside the languages that it is needed in, and the search through it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.languages.tags import DEFAULT_LANGUAGE, find_primary, find_script, is_translation
from server.generation.editions.service import OrderDesk
from server.generation.warming.service import count_learners
from server.staff.instruction.book.domain import Terminology, TermLanguage, TermUse
from server.staff.instruction.book.service import list_terms


@dataclass(frozen=True, slots=True)
class TermSearch:
    """Which terms are asked for; what is empty asks for nothing."""

    words: str = ""
    language: str = ""
    lacking: bool = False  # only those without a rendering in a language in use


async def describe_terms(session: AsyncSession, desk: OrderDesk) -> Terminology:
    """All terms with where they occur, and what learners read in."""
    terms = await list_terms(desk)
    read = Counter[str]()
    for learner, number in (await count_learners(session)).items():
        read[learner.profile.language_tag] += number if learner.chapter_id is None else 0
    return Terminology(
        terms=tuple(terms),
        languages=tuple(list_languages(terms, read)),
        problem=desk.glossary.problem,
    )


def list_languages(terms: Sequence[TermUse], read: Counter[str]) -> list[TermLanguage]:
    """One entry for each language and script, whatever the region; the book's own needs none."""
    grouped = dict[tuple[str, str | None], list[str]]()
    for tag in sorted({*read, *(tag for term in terms for tag in term.translations)}):
        if is_translation(DEFAULT_LANGUAGE, tag):
            grouped.setdefault((find_primary(tag), find_script(tag)), []).append(tag)
    languages = [
        TermLanguage(
            tag=tags[0],
            learners=sum(read[tag] for tag in tags),
            in_use=any(tag in read for tag in tags),
            lacking=sum(term.find_rendering(tags[0]) is None for term in terms),
        )
        for tags in grouped.values()
    ]
    return sorted(languages, key=lambda each: (-each.learners, not each.in_use, each.tag))


def search_terms(terminology: Terminology, wanted: TermSearch) -> list[TermUse]:
    """The terms that hold all the words, anywhere in their entry."""
    return [term for term in terminology.terms if _is_wanted(terminology, term, wanted)]


def _is_wanted(terminology: Terminology, term: TermUse, wanted: TermSearch) -> bool:
    entry = " ".join((term.term, term.definition, *term.translations.values())).casefold()
    if not all(word in entry for word in wanted.words.casefold().split()):
        return False
    if not wanted.lacking:
        return True
    if wanted.language:
        return term.find_rendering(wanted.language) is None
    return bool(terminology.list_lacking(term))
