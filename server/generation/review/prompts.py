"""The words sent to a second reader: what counts, and what this plan permits."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from server.book.languages.tags import display_name, find_rendering
from server.generation.llm.domain import LLMRequest, Message
from server.generation.review.domain import Draft
from server.generation.review.protocol import (
    PROTOCOL_VERSION,
    measure_marks,
    number_elements,
    write_sections,
)
from server.generation.rewriting.domain import Brief, terms_in
from server.plan.recipes.domain import Plan
from server.plan.transformations.domain import ANALOGY, WALKTHROUGH, Adds, Fact

RULES = (Path(__file__).parent / "prompts.md").read_text("utf-8").strip()
PERMITTED_TITLE = "Permitted here:"
REWORDED = "Simpler words; a term may be explained as general knowledge has it."
CONDENSED = (
    "Motivation, repetition, basics, detours and what is pointless for this learner ({titles}) may "
    "go. Facts, steps, conditions and warnings stay."
)
TRANSLATED = "A translation into {language}: only meaning and language count."
RENDERINGS = "Fixed renderings: {renderings}."
NOTED = "A note may explain or ask. What it claims has to agree with the section."
FACTS = " or with these facts:"
# Of some kinds, what else they may and may not.
OF_KIND = {
    WALKTHROUGH: (
        "A `walkthrough` says what a listing's lines do and what the language's words mean; "
        "output, values and insides that the listing does not show are `added`."
    ),
    ANALOGY: "The everyday side of an `analogy` is no claim; what it says of the subject is.",
}

REVIEW_DIGEST = sha256(
    "\0".join(
        (
            PROTOCOL_VERSION,
            RULES,
            PERMITTED_TITLE,
            REWORDED,
            CONDENSED,
            TRANSLATED,
            RENDERINGS,
            NOTED,
            FACTS,
            *OF_KIND.values(),
        )
    ).encode()
).hexdigest()

# For each section of a call, in characters: a review is to cost little beside the writing.
LONGEST_AROUND = 2380  # all but the texts that are read: what is told, and what marks them
LONGEST_RENDERINGS = 300
MOST_FACTS = 3  # for two notes at most
LONGEST_TITLES = 80
LONGEST_TITLE = 60
SMALLEST_ANSWER = 2048  # tokens; room for a model that thinks first
FOR_EACH_SECTION = 256


def write_request(brief: Brief, drafts: Sequence[Draft]) -> LLMRequest:
    """One turn for one section, or for several that share a call."""
    return LLMRequest(
        system=write_system(brief, drafts),
        messages=(Message("user", write_sections(number_elements(drafts))),),
        max_output_tokens=SMALLEST_ANSWER + FOR_EACH_SECTION * len(drafts),
    )


def write_system(brief: Brief, drafts: Sequence[Draft]) -> str:
    """The rules and what the plan permits; of renderings and facts as many as there is room for."""
    plan = brief.plan
    kinds = {note.kind for draft in drafts for note in draft.rewrite.notes}
    parts = [
        RULES.replace("{language}", display_name(plan.language)),
        PERMITTED_TITLE,
        *_list_permissions(plan),
        *(said for kind, said in OF_KIND.items() if kind in kinds),
        *([NOTED] if kinds else []),
    ]
    text = "\n\n".join(parts)
    left = LONGEST_AROUND * len(drafts) - measure_marks(number_elements(drafts)) - len(text)
    # Behind the last part, which ends with what they are about.
    facts = _choose_facts(brief, drafts, left - len(FACTS)) if kinds else []
    if facts:
        text = "".join((text.removesuffix("."), FACTS, *facts))
    if plan.translates:
        longest = min(
            LONGEST_RENDERINGS * len(drafts), left - len(RENDERINGS) - sum(map(len, facts))
        )
        if renderings := _write_renderings(plan, drafts, longest):
            text += "\n\n" + RENDERINGS.format(renderings=renderings)
    return text


def _list_permissions(plan: Plan) -> Iterator[str]:
    changing = [each for each in plan.transformations if each.adds is not Adds.NOTES]
    if any(not each.translates for each in changing):
        named = (each.title[:LONGEST_TITLE] for each in changing)
        titles = "; ".join(_take_fitting(named, LONGEST_TITLES))
        yield CONDENSED.format(titles=titles) if plan.condenses else REWORDED
    if plan.translates:
        yield TRANSLATED.format(language=display_name(plan.language))


def _write_renderings(plan: Plan, drafts: Sequence[Draft], longest: int) -> str:
    """The glossary's words for what the sections name."""
    terms = dict.fromkeys(term for each in drafts for term in terms_in(each.section, plan.terms))
    rendered = ((term, find_rendering(dict(term.translations), plan.language)) for term in terms)
    known = (
        f"{term.term} = {term.term if term.keep else rendering}"
        for term, rendering in rendered
        if term.keep or rendering
    )
    return "; ".join(_take_fitting(known, longest))


def _choose_facts(brief: Brief, drafts: Sequence[Draft], longest: int) -> list[str]:
    """The facts at home in the sections, those first that the notes rest on."""
    notes = [note for draft in drafts for note in draft.rewrite.notes]
    kinds, said = {note.kind for note in notes}, "\n".join(note.text for note in notes)
    needed = [fact for draft in drafts for fact in brief.find_needs(draft.section).facts]
    facts = [fact for fact in needed if fact.kind in kinds]
    facts.sort(key=lambda fact: _count_shared(fact, said), reverse=True)
    return _take_fitting(
        (f"\n- {fact.note}" for fact in facts[: MOST_FACTS * len(drafts)]), longest
    )


def _count_shared(fact: Fact, text: str) -> int:
    """How many of a fact's words and figures the notes hold."""
    return len(set(re.findall(r"\w{4,}|\d+", fact.note)) & set(re.findall(r"\w{4,}|\d+", text)))


def _take_fitting(texts: Iterable[str], longest: int) -> list[str]:
    """As many of the texts, in their order, as fit together."""
    taken = list[str]()
    for text in texts:
        if len(text) + len("; ") <= longest:
            taken.append(text)
            longest -= len(text) + len("; ")
    return taken
