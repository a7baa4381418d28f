"""Who gets which plan, in which order, and why."""

from pathlib import Path

import pytest

from server.chapters.domain import Chapter
from server.profiles.domain import (
    HardwareAvailability,
    PreferredLanguage,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
)
from server.transformations.domain import Dropped, Plan
from server.transformations.loading import load_catalogue
from server.transformations.planning import plan_chapter
from tests.transformations.samples import make_chapter, make_term, write_transformation

CATALOGUE = load_catalogue()


def plan(profile: Profile, language: str = "en", *, source: str = "en") -> Plan:
    return plan_chapter(CATALOGUE, profile, make_chapter(language=source), language)


@pytest.mark.parametrize(
    ("profile", "language", "expected"),
    [
        (Profile(), "en", ["no-hardware"]),
        (
            Profile(
                programming_experience=ProgrammingExperience.BEGINNER,
                hardware_availability=HardwareAvailability.JETSON_KIT,
                preferred_language=PreferredLanguage.URDU,
                language_tag="ur",
            ),
            "ur",
            [
                "beginner-simplify",
                "jetson-hardware",
                "urdu-translation",
            ],
        ),
        (
            Profile(
                role=Role.PROFESSIONAL,
                programming_experience=ProgrammingExperience.ADVANCED,
                robotics_experience=RoboticsExperience.HARDWARE,
                hardware_availability=HardwareAvailability.RTX_WORKSTATION,
            ),
            "fr",
            ["advanced-condense", "rtx-hardware", "translation"],
        ),
        (
            Profile(
                role=Role.RESEARCHER,
                robotics_experience=RoboticsExperience.SIMULATION_ONLY,
                hardware_availability=HardwareAvailability.CLOUD,
            ),
            "en-GB",
            ["cloud-hardware"],
        ),
        (
            Profile(role=Role.INSTRUCTOR, robotics_experience=RoboticsExperience.HARDWARE),
            "ur-PK",
            ["no-hardware", "urdu-translation"],
        ),
        (
            Profile(role=Role.INSTRUCTOR, robotics_experience=RoboticsExperience.HARDWARE),
            "ur-Latn",
            ["no-hardware", "translation"],
        ),
    ],
)
def test_a_profile_gets_its_transformations_in_order(
    profile: Profile, language: str, expected: list[str]
) -> None:
    assert list(plan(profile, language).ids) == expected


def test_the_default_learner_keeps_the_authors_prose() -> None:
    made = plan(Profile())
    assert made.steps
    assert not made.rewrites_runs
    assert not made.translates


def test_the_same_question_has_the_same_answer() -> None:
    profile = Profile(programming_experience=ProgrammingExperience.BEGINNER, language_tag="ur")
    assert plan(profile, "ur") == plan(profile, "ur")


def test_the_language_asked_for_counts_and_not_the_preferred_one() -> None:
    profile = Profile(preferred_language=PreferredLanguage.URDU, language_tag="ur")
    assert "urdu-translation" not in plan(profile, "en").ids


def test_a_chapter_in_urdu_is_not_translated_into_urdu_but_into_english() -> None:
    assert not plan(Profile(), "ur", source="ur").translates
    assert plan(Profile(), "en", source="ur").ids[-1] == "translation"


@pytest.mark.parametrize(
    ("language", "name"), [("ur", "Urdu"), ("fr", "French"), ("zh-Hant", "Chinese (Traditional)")]
)
def test_a_translations_reason_names_the_language(language: str, name: str) -> None:
    assert plan(Profile(), language).reasons[-1].startswith(f"You read in {name}:")


def test_every_step_has_a_reason_without_gaps() -> None:
    for language in ("en", "ur", "de"):
        made = plan(Profile(), language)
        assert len(made.reasons) == len(made.ids)
        assert not any("{" in reason for reason in made.reasons)


@pytest.mark.parametrize(
    ("asked", "source", "expected"),
    [("en-GB", "en", "en"), ("en", "en", "en"), ("ur", "en", "ur"), ("pt-BR", "en", "pt-BR")],
)
def test_a_plan_is_in_the_language_that_the_learner_will_read(
    asked: str, source: str, expected: str
) -> None:
    made = plan(Profile(), asked, source=source)
    assert (made.language, made.source_language) == (expected, source)


def test_without_its_translation_a_chapter_stays_in_its_own_language() -> None:
    chapter = make_chapter(excluded=frozenset({"urdu-translation"}))
    made = plan_chapter(CATALOGUE, Profile(), chapter, "ur")
    assert made.language == "en"
    assert not made.translates


def test_a_chapter_can_exclude_transformations() -> None:
    chapter = make_chapter(excluded=frozenset({"no-hardware", "unknown"}))
    profile = Profile(programming_experience=ProgrammingExperience.BEGINNER)
    made = plan_chapter(CATALOGUE, profile, chapter, "en")
    assert list(made.ids) == ["beginner-simplify"]


@pytest.mark.parametrize(
    "chapter", [make_chapter(personalize=False), make_chapter("# Robots\0\n")], ids=["off", "NUL"]
)
def test_a_chapter_that_opts_out_or_is_opaque_has_an_empty_plan(chapter: Chapter) -> None:
    made = plan_chapter(CATALOGUE, Profile(), chapter, "ur", (make_term("robot"),))
    assert (made.steps, made.terms, made.dropped) == ((), (), ())
    assert made.language == "en"


def test_the_terms_of_the_chapter_travel_with_the_plan() -> None:
    terms = (make_term("digital twin"), make_term("robot"))
    assert plan_chapter(CATALOGUE, Profile(), make_chapter(), "en", terms).terms == terms


def test_of_two_that_exclude_each_other_the_earlier_stays_and_the_plan_says_so(
    tmp_path: Path,
) -> None:
    write_transformation(tmp_path, order="150", conflicts="[no-hardware]")
    catalogue = load_catalogue(tmp_path)
    made = plan_chapter(catalogue, Profile(), make_chapter(), "en")
    assert list(made.ids) == ["house-style"]
    assert made.dropped == (Dropped("no-hardware", because_of="house-style"),)


def test_what_the_chapter_excludes_pushes_nothing_out(tmp_path: Path) -> None:
    write_transformation(tmp_path, order="150", conflicts="[no-hardware]")
    chapter = make_chapter(excluded=frozenset({"house-style"}))
    made = plan_chapter(load_catalogue(tmp_path), Profile(), chapter, "en")
    assert "no-hardware" in made.ids
    assert made.dropped == ()
