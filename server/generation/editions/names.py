"""The names of work, with this version's prompts and splitter filled in."""

from collections.abc import Sequence
from functools import cached_property

from server.book.chapters.domain import Chapter
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import SPLITTER_VERSION
from server.generation.editions.hashing import plan_hash, section_key
from server.generation.rewriting.domain import terms_in
from server.generation.rewriting.prompts import PROMPT_DIGEST
from server.plan.transformations.domain import Plan, Term


def name_plan(plan: Plan, revision: int) -> str:
    """plan_hash (design.md §4)."""
    return plan_hash(
        plan,
        prompt_digest=PROMPT_DIGEST,
        splitter_version=SPLITTER_VERSION,
        revision=revision,
    )


class SectionNames:
    """Names a chapter's sections for one plan after the other.

    What no plan changes is worked out once: a book may be read under hundreds of plans.
    """

    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self._terms = dict[tuple[Term, ...], Sequence[tuple[Term, ...]]]()

    def name_sections(self, plan: Plan) -> tuple[str, ...]:
        """The section key of each section, in order."""
        return tuple(
            section_key(
                keyed,
                plan,
                prompt_digest=PROMPT_DIGEST,
                splitter_version=SPLITTER_VERSION,
                terms_in_section=terms,
            )
            for keyed, terms in zip(self._keyed_texts, self._find_terms(plan), strict=True)
        )

    @cached_property
    def _keyed_texts(self) -> list[str]:
        return [keyed_text(section) for section in self.chapter.sections]

    def _find_terms(self, plan: Plan) -> Sequence[tuple[Term, ...]]:
        if plan.terms not in self._terms:
            found = [terms_in(section, plan.terms) for section in self.chapter.sections]
            self._terms[plan.terms] = found
        return self._terms[plan.terms]
