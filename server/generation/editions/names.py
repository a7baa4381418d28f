"""The names of work, with this version's prompts and splitter filled in."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType

from server.book.chapters.domain import Chapter
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import SPLITTER_VERSION
from server.book.glossary.domain import Term
from server.book.languages.tags import find_rendering
from server.generation.corrections.domain import SectionName
from server.generation.rewriting.domain import Needs, reserved_runs
from server.generation.rewriting.homes import Homes
from server.generation.rewriting.service import PROMPT_DIGEST
from server.plan.recipes.domain import Plan, RecipeNote
from server.plan.transformations.domain import Fact
from server.settings import Publish


class SectionNames:
    """Names a chapter's sections for one plan after the other.

    What no plan changes is worked out once: a book may be read under hundreds of plans.
    """

    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self._homes = Homes(chapter.sections)

    def list_needs(self, plan: Plan) -> tuple[Needs, ...]:
        """What the request for each section holds beside its text, in order."""
        return self._homes.list_needs(plan)

    def name_plan(self, plan: Plan, revision: int) -> str:
        """plan_hash (design.md §4), with the facts that the chapter calls for."""
        return plan_hash(
            plan,
            prompt_digest=PROMPT_DIGEST,
            splitter_version=SPLITTER_VERSION,
            revision=revision,
            facts=self._homes.list_facts(plan),
            wishes=_list_wishes(self.chapter),
        )

    def name_sections(self, plan: Plan, needs: Sequence[Needs]) -> tuple[SectionName, ...]:
        """The names of each section, in order."""
        return tuple(
            SectionName(
                key=section_key(
                    keyed,
                    plan,
                    prompt_digest=PROMPT_DIGEST,
                    splitter_version=SPLITTER_VERSION,
                    needs=needed,
                    reserved=reserved_runs(section, plan),
                ),
                pin=pin_name(keyed, plan.note),
            )
            for section, keyed, needed in zip(
                self.chapter.sections, self._keyed_texts, needs, strict=True
            )
        )

    @cached_property
    def _keyed_texts(self) -> list[str]:
        return [keyed_text(section) for section in self.chapter.sections]


def transformation_digests(plan: Plan) -> tuple[str, ...]:
    """The digests of the plan's transformations, in order."""
    return tuple(transformation.digest for transformation in plan.transformations)


NO_WISHES: Mapping[str, object] = MappingProxyType({})


def _list_wishes(chapter: Chapter) -> Mapping[str, object]:
    """What its author gives away, and when rewrites are shown, where that is not the usual."""
    rewrite = {"rewrite": sorted(chapter.rewritable)} if chapter.rewritable else {}
    is_usual = chapter.publish is Publish.AT_ONCE
    return rewrite if is_usual else rewrite | {"publish": chapter.publish}


def plan_hash(
    plan: Plan,
    *,
    prompt_digest: str,
    splitter_version: str,
    revision: int,
    facts: Sequence[Fact] = (),
    wishes: Mapping[str, object] = NO_WISHES,
) -> str:
    """The name of the rendition that this plan makes of one state of the chapter.

    `facts` are those of its sheets that the chapter calls for; `wishes` are its author's.
    """
    return _hash(
        _shared_inputs(plan, prompt_digest, splitter_version)
        | {
            **wishes,
            "terms": [_describe_term(term, plan.language) for term in _sort(plan.terms)],
            "facts": [_describe_fact(fact) for fact in facts],
            "revision": revision,
        }
    )


def section_key(
    keyed_text: str,
    plan: Plan,
    *,
    prompt_digest: str,
    splitter_version: str,
    needs: Needs,
    reserved: Sequence[int] = (),
) -> str:
    """The name of one section's rewrite, the same for every chapter and learner it fits.

    Of a term or a fact that is at home elsewhere only what the request says of it is in the name:
    a term's rendering, and that there is such a fact. `reserved` are the runs that the plan would
    change and may not.
    """
    language = plan.language
    terms = [_describe_term(term, language) | {"home": True} for term in _sort(needs.terms)]
    others = [_describe_other(term, language) for term in _sort(needs.other_terms)]
    return _hash(
        _shared_inputs(plan, prompt_digest, splitter_version)
        | ({"reserved": list(reserved)} if reserved else {})
        | {
            "text": keyed_text,
            "terms": terms + others,
            "facts": [_describe_fact(fact) for fact in needs.facts],
            "other_facts": [fact.id for fact in needs.other_facts],
        }
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


def _sort(terms: Sequence[Term]) -> list[Term]:
    return sorted(set(terms), key=lambda term: (term.term, term.definition))


def _describe_term(term: Term, language: str) -> dict[str, object]:
    return _describe_other(term, language) | {"definition": term.definition}


def _describe_other(term: Term, language: str) -> dict[str, object]:
    rendering = find_rendering(dict(term.translations), language)
    return {"term": term.term, "keep": term.keep, "rendering": rendering}


def _describe_fact(fact: Fact) -> dict[str, object]:
    return {"id": fact.id, "kind": fact.kind, "note": fact.note, "checked": fact.checked}


def _hash(inputs: Mapping[str, object]) -> str:
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8")).hexdigest()
