"""From a learner's facts and a chapter to the recipe, and from the recipe to the plan."""

from collections.abc import Mapping
from pathlib import Path

from server.book.chapters.domain import Chapter
from server.book.glossary.domain import Term
from server.book.languages.tags import display_name, find_primary, is_translation
from server.learners.conditions.domain import FieldValue, matches
from server.learners.profiles.domain import PROFILE_FIELDS, LearnerFacts
from server.plan.recipes.domain import (
    RECIPE_FIELDS,
    Dropped,
    Excluded,
    Plan,
    PlanStep,
    Recipe,
    RecipeNote,
    RecipeStep,
)
from server.plan.transformations.domain import Catalogue, Entry
from server.plan.transformations.service import read_catalogue


def load_catalogue(extra_dir: Path | None = None) -> Catalogue:
    """Our transformations and a site's own, with conditions over all fields that are declared."""
    return read_catalogue(RECIPE_FIELDS, extra_dir)


def list_ids(extra_dir: Path | None = None) -> list[str]:
    """List the ids of all transformations that a recipe may name."""
    return [each.id for each in load_catalogue(extra_dir).transformations]


def plan_chapter(
    catalogue: Catalogue, facts: LearnerFacts, chapter: Chapter, terms: tuple[Term, ...] = ()
) -> Plan:
    """The plan for this learner, with the glossary terms that occur in the chapter."""
    return make_plan(make_recipe(catalogue, facts, chapter), chapter, terms)


def make_recipe(catalogue: Catalogue, facts: LearnerFacts, chapter: Chapter) -> Recipe:
    """What applies to the learner in this chapter; nothing at all where it opts out."""
    if not chapter.personalize or chapter.opaque:
        return Recipe((), facts.language)
    values = name_values(facts, chapter.language)
    chosen = [entry for entry in catalogue.entries if matches(entry.condition, values)]
    return _compose(chosen, facts.language, chapter)


def recall_recipe(catalogue: Catalogue, note: RecipeNote, chapter: Chapter) -> Recipe:
    """The recipe that a note was made of; what the catalogue has lost since is left out."""
    wanted = frozenset(note.transformations)
    chosen = [entry for entry in catalogue.entries if entry.transformation.id in wanted]
    return _compose(chosen, note.language, chapter)


def make_plan(recipe: Recipe, chapter: Chapter, terms: tuple[Term, ...] = ()) -> Plan:
    """The recipe as it is carried out on a chapter.

    The plan's language is the one the rendition will be in: the chapter's, where no step
    translates. So British and American readers share one plan.
    """
    translated = any(step.transformation.translates for step in recipe.steps)
    return Plan(
        steps=tuple(_make_step(step, recipe.language) for step in recipe.steps),
        language=recipe.language if translated else chapter.language,
        source_language=chapter.language,
        terms=terms if recipe.steps else (),
        dropped=recipe.dropped,
        excluded=recipe.excluded,
    )


def name_values(facts: LearnerFacts, source_language: str) -> Mapping[str, FieldValue]:
    """What conditions are about, for one learner and a chapter in this language."""
    profile: dict[str, FieldValue] = {
        field.name: getattr(facts.profile, field.name) for field in PROFILE_FIELDS
    }
    request: dict[str, FieldValue] = {
        "language_tag": facts.language,
        "language": find_primary(facts.language),
        "translated": is_translation(source_language, facts.language),
    }
    return profile | dict(facts.values) | request


def _compose(chosen: list[Entry], language: str, chapter: Chapter) -> Recipe:
    admitted = [entry for entry in chosen if not _is_excluded(entry, chapter)]
    kept, dropped = _settle_conflicts(admitted)
    return Recipe(
        steps=tuple(RecipeStep(entry.transformation) for entry in kept),
        language=language,
        dropped=dropped,
        excluded=tuple(
            Excluded(entry.transformation.id, entry.transformation.title)
            for entry in chosen
            if _is_excluded(entry, chapter)
        ),
    )


def _is_excluded(entry: Entry, chapter: Chapter) -> bool:
    return entry.transformation.id in chapter.excluded_transformations


def _settle_conflicts(chosen: list[Entry]) -> tuple[list[Entry], tuple[Dropped, ...]]:
    """Of two that exclude each other the earlier in order stays."""
    kept = list[Entry]()
    dropped = list[Dropped]()
    for entry in chosen:
        winner = next((other for other in kept if _exclude_each_other(entry, other)), None)
        if winner is None:
            kept.append(entry)
        else:
            dropped.append(_give_way(entry, winner))
    return kept, tuple(dropped)


def _give_way(loser: Entry, winner: Entry) -> Dropped:
    """Why it is left out: in the words of the file that names the other, if it has any."""
    gone, stays = loser.transformation, winner.transformation
    general = f"“{gone.title}” gives way to “{stays.title}”: the two do not go together."
    reason = loser.conflicts.get(stays.id) or winner.conflicts.get(gone.id) or general
    return Dropped(gone.id, gone.title, because_of=stays.id, reason=reason)


def _exclude_each_other(one: Entry, other: Entry) -> bool:
    return other.transformation.id in one.conflicts or one.transformation.id in other.conflicts


def _make_step(step: RecipeStep, language: str) -> PlanStep:
    reason = step.transformation.why.format(language=display_name(language))
    return PlanStep(step.transformation, reason, step.source)
