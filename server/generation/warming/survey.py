"""From learners and chapters to the sections that are missing, each once. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.book.chapters.domain import Chapter, Section
from server.book.glossary.domain import Term
from server.generation.budget.domain import SNAPSHOT
from server.generation.editions.domain import Order, is_rewritable
from server.generation.editions.names import SectionNames, name_plan
from server.generation.rewriting.domain import changes_words
from server.generation.rewriting.prompts import write_brief
from server.generation.rewriting.store.domain import StoredRewrite, StoredState
from server.generation.warming.domain import Case, Learner, Portion, Survey
from server.learners.profiles.domain import Profile, profile_hash
from server.plan.recipes.domain import Plan
from server.plan.recipes.service import plan_chapter
from server.plan.transformations.domain import Catalogue

NOBODY = 0  # a warm-up is no learner's order
CHARACTERS_PER_TOKEN = 4  # an estimate; providers count differently
MARKUP_TOKENS = 200  # what stands around a section in a request, and a note or two in an answer


def list_cases(
    catalogue: Catalogue, learners: Iterable[Learner], chapter: Chapter, terms: tuple[Term, ...]
) -> list[Case]:
    """One case for each distinct plan that these learners have for the chapter."""
    cases, names = dict[str, Case](), SectionNames(chapter)
    for learner in learners:
        if learner.chapter_id not in {None, chapter.id}:
            continue
        plan = plan_chapter(
            catalogue, learner.profile, chapter, learner.profile.language_tag, terms
        )
        plan_hash = name_plan(plan, revision=0)
        if plan.steps and plan_hash not in cases:
            cases[plan_hash] = Case(write_order(learner.profile, names, plan), learner.profile)
    return list(cases.values())


def write_order(profile: Profile, names: SectionNames, plan: Plan) -> Order:
    """An order of nobody's, for its sections alone: no rendition is stored under its names."""
    return Order(
        user_id=NOBODY,
        chapter=names.chapter,
        profile_hash=profile_hash(profile),
        brief=write_brief(names.chapter, plan),
        plan_hash=name_plan(plan, revision=0),
        revision=0,
        section_keys=names.name_sections(plan),
    )


@dataclass(frozen=True, slots=True)
class Stock:
    """What the store holds, and the models whose texts are as they are wanted."""

    held: Mapping[str, StoredRewrite]
    models: frozenset[str] | None = None  # None: any model's will do

    def lacks(self, key: str) -> bool:
        """Whether a model is to be asked for the first text under this key."""
        stored = self.held.get(key)
        if stored is not None and stored.pinned is not None:
            return False
        if stored is None or stored.state is StoredState.PENDING:
            return True
        return stored.state is StoredState.REJECTED and stored.is_due

    def is_outdated(self, key: str) -> bool:
        """Whether there is a text, and by another model than is asked now."""
        stored = self.held.get(key)
        if self.models is None or stored is None or stored.rewrite is None:
            return False
        if stored.pinned is not None:
            return False
        return _name_model(stored.rewrite.model) not in self.models


def name_models(models: Iterable[str]) -> frozenset[str]:
    """Models by their names, without the dates of their snapshots."""
    return frozenset(_name_model(model) for model in models)


def _name_model(model: str) -> str:
    return SNAPSHOT.sub("", model)


def survey(cases: Sequence[Case], stock: Stock, seen: set[str], *, at_once: int) -> Survey:
    """What is missing of a chapter's cases, in portions of so many sections at most.

    `seen` are the keys that were counted before; those of this chapter are added to it.
    """
    sections = 0
    portions = list[Portion]()
    for case in cases:
        order = case.order
        places = list_new_places(order, seen)
        sections += len(places)
        seen.update(order.section_keys[place] for place in places)
        lacking = [place for place in places if stock.lacks(order.section_keys[place])]
        outdated = [place for place in places if stock.is_outdated(order.section_keys[place])]
        portions += _divide(case, lacking, at_once, again=False)
        portions += _divide(case, outdated, at_once, again=True)
    return Survey(plans=len(cases), sections=sections, portions=tuple(portions))


def list_new_places(order: Order, seen: Collection[str]) -> list[int]:
    """The sections about which a model can be asked; of equal ones the first."""
    firsts = dict[str, int]()
    for place, section in enumerate(order.chapter.sections):
        key = order.section_keys[place]
        if key not in seen and is_rewritable(section, order.plan):
            firsts.setdefault(key, place)
    return list(firsts.values())


def _divide(case: Case, places: list[int], at_once: int, *, again: bool) -> Iterator[Portion]:
    for start in range(0, len(places), at_once):
        yield Portion(case, tuple(places[start : start + at_once]), again)


def count_tokens(portions: Iterable[Portion]) -> tuple[int, int]:
    """The tokens of a prompt and an answer for each section, in and out, without any cache."""
    prompt = answer = 0
    for portion in portions:
        for index in portion.indexes:
            section = portion.order.chapter.sections[index]
            prompt += _count(portion.order.brief.system) + _count(section.source) + MARKUP_TOKENS
            answer += _estimate_answer(portion.order, section)
    return prompt, answer


def _estimate_answer(order: Order, section: Section) -> int:
    """A rewritten section is about as long as it was; one that only gets notes is not repeated."""
    words = _count(section.source) if changes_words(section, order.plan) else 0
    return words + MARKUP_TOKENS


def _count(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)
