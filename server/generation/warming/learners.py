"""For whom a chapter is warmed: everybody who learns here, or everybody who could. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from server.generation.editions.domain import Learner
from server.generation.renditions.cache.domain import StoredOnce
from server.learners.profiles.domain import (
    FIXED_TAGS,
    HardwareAvailability,
    LearnerFacts,
    PreferredLanguage,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
    profile_hash,
    profile_of,
    with_language,
)

OWN_LANGUAGES = tuple(FIXED_TAGS.values())
PREFERENCES = {tag: language for language, tag in FIXED_TAGS.items()}


def list_possible(languages: Iterable[str]) -> Iterator[Learner]:
    """List every profile that a warm-up can be for, in these languages."""
    choices = product(Role, ProgrammingExperience, RoboticsExperience, HardwareAvailability)
    for role, programming, robotics, hardware in choices:
        for tag in tuple(languages) or OWN_LANGUAGES:
            profile = Profile(
                role=role,
                programming_experience=programming,
                robotics_experience=robotics,
                preferred_language=PREFERENCES.get(tag, PreferredLanguage.OTHER),
                hardware_availability=hardware,
                language_tag=tag,
            )
            yield Learner(LearnerFacts(profile))


def list_in_use(
    answers: Iterable[Mapping[str, str]], stored: Iterable[StoredOnce], languages: tuple[str, ...]
) -> Iterator[Learner]:
    """The profiles that the accounts have; each in these languages, else in its own.

    In its own, also those that a learner once asked for a chapter in another language with.
    """
    seen = set[Learner]()
    profiles = dict.fromkeys(profile_of(each) for each in answers)
    if languages:
        profiles = dict.fromkeys(
            replace(each, language_tag=tag) for each in profiles for tag in languages
        )
    for learner in (Learner(LearnerFacts(profile)) for profile in profiles):
        seen.add(learner)
        yield learner
    for each in () if languages else stored:
        once = _recognise(each)
        if once is not None and once not in seen and Learner(once.facts) not in seen:
            seen.add(once)
            yield once


def _recognise(stored: StoredOnce) -> Learner | None:
    """The profile behind a rendition: its owner's, in the language that the log names."""
    profile = profile_of(stored.onboarding)
    candidate = with_language(profile, stored.language)
    if profile_hash(candidate) != stored.profile_hash:
        return None
    return Learner(LearnerFacts(candidate), stored.chapter_id)
