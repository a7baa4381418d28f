"""Plan a chapter for a learner: which transformations, in which order, and why. Pure."""

from server.chapters.domain import Chapter
from server.profiles.domain import Profile
from server.profiles.languages import display_name
from server.transformations.conditions import describe_fields, matches
from server.transformations.domain import Dropped, Plan, PlanStep, Term
from server.transformations.loading import Catalogue, Entry


def plan_chapter(
    catalogue: Catalogue,
    profile: Profile,
    chapter: Chapter,
    language: str,
    terms: tuple[Term, ...] = (),
) -> Plan:
    """The plan for this learner, with the glossary terms that occur in the chapter.

    `language` is the one asked for. The plan's own language is the one the rendition will be in:
    the chapter's, where no step translates. So British and American readers share one plan.
    """
    kept, dropped = _settle_conflicts(_choose(catalogue, profile, chapter, language))
    translated = any(entry.transformation.translates for entry in kept)
    target = language if translated else chapter.language
    return Plan(
        steps=tuple(_make_step(entry, language) for entry in kept),
        language=target,
        source_language=chapter.language,
        terms=terms if kept else (),
        dropped=dropped,
    )


def _choose(catalogue: Catalogue, profile: Profile, chapter: Chapter, language: str) -> list[Entry]:
    """What applies and is not excluded; nothing at all for a chapter that opts out."""
    if not chapter.personalize or chapter.opaque:
        return []
    fields = describe_fields(profile, chapter.language, language)
    return [
        entry
        for entry in catalogue.entries
        if entry.transformation.id not in chapter.excluded_transformations
        and matches(entry.condition, fields)
    ]


def _settle_conflicts(chosen: list[Entry]) -> tuple[list[Entry], tuple[Dropped, ...]]:
    """Of two that exclude each other the earlier in order stays."""
    kept = list[Entry]()
    dropped = list[Dropped]()
    for entry in chosen:
        winner = next((other for other in kept if _exclude_each_other(entry, other)), None)
        if winner is None:
            kept.append(entry)
        else:
            dropped.append(Dropped(entry.transformation.id, winner.transformation.id))
    return kept, tuple(dropped)


def _exclude_each_other(one: Entry, other: Entry) -> bool:
    return other.transformation.id in one.conflicts or one.transformation.id in other.conflicts


def _make_step(entry: Entry, language: str) -> PlanStep:
    reason = entry.transformation.why.format(language=display_name(language))
    return PlanStep(transformation=entry.transformation, reason=reason)
