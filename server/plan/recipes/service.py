"""Plan a chapter for a learner: which transformations, in which order, and why. Pure."""

from server.book.chapters.domain import Chapter
from server.book.glossary.domain import Term
from server.book.languages.tags import display_name
from server.learners.conditions.domain import describe_fields, matches
from server.learners.profiles.domain import Profile
from server.plan.recipes.domain import Dropped, Excluded, Plan, PlanStep
from server.plan.transformations.domain import Catalogue, Entry


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
    applicable = _choose(catalogue, profile, chapter, language)
    admitted = [entry for entry in applicable if not _is_excluded(entry, chapter)]
    kept, dropped = _settle_conflicts(admitted)
    translated = any(entry.transformation.translates for entry in kept)
    target = language if translated else chapter.language
    return Plan(
        steps=tuple(_make_step(entry, language) for entry in kept),
        language=target,
        source_language=chapter.language,
        terms=terms if kept else (),
        dropped=dropped,
        excluded=tuple(
            Excluded(entry.transformation.id, entry.transformation.title)
            for entry in applicable
            if _is_excluded(entry, chapter)
        ),
    )


def _choose(catalogue: Catalogue, profile: Profile, chapter: Chapter, language: str) -> list[Entry]:
    """What applies to the learner; nothing at all for a chapter that opts out."""
    if not chapter.personalize or chapter.opaque:
        return []
    fields = describe_fields(profile, chapter.language, language)
    return [entry for entry in catalogue.entries if matches(entry.condition, fields)]


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


def _make_step(entry: Entry, language: str) -> PlanStep:
    reason = entry.transformation.why.format(language=display_name(language))
    return PlanStep(transformation=entry.transformation, reason=reason)
