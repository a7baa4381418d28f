"""The names of work: what shapes a plan's rendition and a section's rewrite, and nothing else.

Both are SHA-256, hex, over canonical JSON: sorted keys, no spaces, UTF-8.

plan_hash    transformations  the digests, in the plan's order
             language         the language of the rendition
             prompt           the digest of the prompts
             splitter         the splitter's version
             terms            the glossary terms that occur in the chapter
             revision         the chapter's revision in the database
section_key  text             the section's text with targets, attributes and ids masked out
             transformations, language, prompt, splitter   as above
             terms            the glossary terms that occur in the section

A term counts with its definition, whether it stays in English, and its rendering in the language;
terms are sorted, for their order shapes nothing. The model, the outline, the neighbours, the
reasons shown to the learner and the author's file are in neither (design.md §4).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from server.book.languages.tags import find_rendering
from server.plan.transformations.domain import Plan, Term


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
