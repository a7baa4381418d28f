"""Who says what: each term, and each fact of a sheet, is at home in one section of a chapter.

Sections are written without seeing each other. So that a term is explained once and a fact is noted
once, one section is told; the others are told that it is explained elsewhere, or nothing. Pure.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from server.book.chapters.domain import Section
from server.book.glossary.domain import Term
from server.generation.rewriting.domain import NOTHING_NEEDED, Needs, terms_in
from server.generation.rewriting.verification.domain import split_paragraphs
from server.plan.recipes.domain import Plan
from server.plan.transformations.domain import Activity, Fact

# What is done, by the words of a paragraph and by the listing behind it.
_WORDS = {
    Activity.INSTALL: r"install\w*|apt|apt-get|pip|conda|flash(?:es|ed|ing)?|set\s+up|setup|docker",
    Activity.BUILD: r"build(?:s|ing)?|compil\w+|colcon|cmake",
    Activity.TRAIN: r"train(?:s|ed|ing)?|fine-?tun\w+|epochs?|batch\s+size",
    Activity.RUN: (
        r"runs?|running|start(?:s|ing)?|open(?:s|ing)?|launch\w*|deploy\w*|execut\w+|inference"
    ),
}
_ACTIVITIES = {
    activity: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for activity, words in _WORDS.items()
}


class Homes:
    """The homes in a chapter, for one plan after the other; what no plan changes is found once.

    Locked sections, and those without prose, are no home.
    """

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._eligible = [not each.locked and each.has_prose for each in sections]
        self._terms = dict[tuple[Term, ...], list[tuple[Term, ...]]]()
        self._mentioning = dict[Fact, tuple[int, ...]]()

    def list_needs(self, plan: Plan) -> tuple[Needs, ...]:
        """What each section's request holds beside its text, in order."""
        terms, facts = self._find_terms(plan.terms), plan.facts
        if not plan.terms and not facts:
            return (NOTHING_NEEDED,) * len(self._sections)
        term_homes = {term: self._find_term_home(term, terms) for term in plan.terms}
        fact_homes = {fact: self._find_fact_home(fact) for fact in facts}
        return tuple(
            Needs(
                facts=tuple(fact for fact in facts if fact_homes[fact] == index),
                terms=tuple(term for term in terms[index] if term_homes[term] == index),
                other_facts=tuple(
                    fact
                    for fact in facts
                    if fact_homes[fact] != index and index in self._find_mentioning(fact)
                ),
                other_terms=tuple(term for term in terms[index] if term_homes[term] != index),
            )
            for index in range(len(self._sections))
        )

    def list_facts(self, plan: Plan) -> tuple[Fact, ...]:
        """The facts of the plan's sheets that some section calls for."""
        return tuple(fact for fact in plan.facts if self._find_mentioning(fact))

    def _find_terms(self, terms: tuple[Term, ...]) -> list[tuple[Term, ...]]:
        if terms not in self._terms:
            self._terms[terms] = [terms_in(section, terms) for section in self._sections]
        return self._terms[terms]

    def _find_term_home(self, term: Term, terms: list[tuple[Term, ...]]) -> int | None:
        """The first section that uses the term."""
        return self._find_first([index for index, used in enumerate(terms) if term in used])

    def _find_fact_home(self, fact: Fact) -> int | None:
        """The first that does what the fact is about; none where it is only talked of."""
        mentioning = self._find_mentioning(fact)
        doing = [index for index in mentioning if _does(self._sections[index].source, fact)]
        return self._find_first(doing)

    def _find_first(self, indexes: Sequence[int]) -> int | None:
        return next((index for index in indexes if self._eligible[index]), None)

    def _find_mentioning(self, fact: Fact) -> tuple[int, ...]:
        if fact not in self._mentioning:
            pattern = _compile_mentions(fact.mentions)
            self._mentioning[fact] = tuple(
                index
                for index, section in enumerate(self._sections)
                if pattern.search(section.source)
            )
        return self._mentioning[fact]


def _does(source: str, fact: Fact) -> bool:
    """Whether it is done where the fact's words stand: in their paragraph, or in the next."""
    if not fact.does:
        return True
    mentions = _compile_mentions(fact.mentions)
    paragraphs = [*split_paragraphs(source), ""]
    return any(
        _ACTIVITIES[activity].search(f"{one}\n{following}")
        for one, following in pairwise(paragraphs)
        if mentions.search(one)
        for activity in fact.does
    )


@cache
def _compile_mentions(mentions: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(r"\s+".join(map(re.escape, mention.split())) for mention in mentions)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
