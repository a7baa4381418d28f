"""The names of work, with this version's prompts and splitter filled in."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256

from server.book.chapters.domain import Chapter
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import SPLITTER_VERSION
from server.book.glossary.domain import Term
from server.book.languages.tags import find_rendering
from server.generation.corrections.domain import SectionName
from server.generation.rewriting.domain import terms_in
from server.generation.rewriting.service import PROMPT_DIGEST
from server.plan.recipes.domain import Plan, RecipeNote


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

    def name_sections(self, plan: Plan) -> tuple[SectionName, ...]:
        """The names of each section, in order."""
        return tuple(
            SectionName(
                key=section_key(
                    keyed,
                    plan,
                    prompt_digest=PROMPT_DIGEST,
                    splitter_version=SPLITTER_VERSION,
                    terms_in_section=terms,
                ),
                pin=pin_name(keyed, plan.note),
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


def transformation_digests(plan: Plan) -> tuple[str, ...]:
    """The digests of the plan's transformations, in order."""
    return tuple(transformation.digest for transformation in plan.transformations)


def plan_hash(plan: Plan, *, prompt_digest: str, splitter_version: str, revision: int) -> str:
    """The name of the rendition that this plan makes of one state of the chapter."""
    return _hash(
        _shared_inputs(plan, prompt_digest, splitter_version)
        | {"terms": _describe_terms(plan.terms, plan.language), "revision": revision}
    )


def section_key(
    keyed_text: str,
    plan: Plan,
    *,
    prompt_digest: str,
    splitter_version: str,
    terms_in_section: Sequence[Term],
) -> str:
    """The name of one section's rewrite, the same for every chapter and learner it fits."""
    return _hash(
        _shared_inputs(plan, prompt_digest, splitter_version)
        | {"text": keyed_text, "terms": _describe_terms(terms_in_section, plan.language)}
    )


def pin_name(keyed_text: str, recipe: RecipeNote) -> str:
    """The name of what is pinned for a section: no new prompt and no other section outdates it."""
    return _hash(
        {
            "text": keyed_text,
            "transformations": recipe.transformations,
            "language": recipe.language,
        }
    )


def _shared_inputs(plan: Plan, prompt_digest: str, splitter_version: str) -> dict[str, object]:
    return {
        "transformations": transformation_digests(plan),
        "language": plan.language,
        "prompt": prompt_digest,
        "splitter": splitter_version,
    }


def _describe_terms(terms: Sequence[Term], language: str) -> list[dict[str, object]]:
    ordered = sorted(set(terms), key=lambda term: (term.term, term.definition))
    return [
        {
            "term": term.term,
            "definition": term.definition,
            "keep": term.keep,
            "rendering": find_rendering(dict(term.translations), language),
        }
        for term in ordered
    ]


def _hash(inputs: Mapping[str, object]) -> str:
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8")).hexdigest()
