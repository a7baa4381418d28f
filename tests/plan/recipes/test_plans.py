"""Who gets which plan, in which order, and why."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from server.book.chapters.domain import Chapter
from server.learners.conditions.domain import Field, matches
from server.learners.conditions.service import parse_condition
from server.learners.profiles.domain import (
    HardwareAvailability,
    LearnerFacts,
    PreferredLanguage,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
)
from server.plan.recipes.domain import RECIPE_FIELDS, Dropped, Excluded, Plan, RecipeNote
from server.plan.recipes.service import (
    load_catalogue,
    make_plan,
    name_values,
    plan_chapter,
    recall_recipe,
)
from tests.plan.transformations.samples import make_chapter, make_term, write_transformation

CATALOGUE = load_catalogue()
URDU = LearnerFacts(Profile(language_tag="ur"))


def test_a_noted_recipe_makes_the_same_plan_for_the_same_chapter() -> None:
    for profile, language in product(
        (Profile(), Profile(hardware_availability=HardwareAvailability.JETSON_KIT)),
        ("en", "ur", "fr"),
    ):
        chapter = make_chapter(language="en")
        facts = LearnerFacts(replace(profile, language_tag=language))
        made = plan_chapter(CATALOGUE, facts, chapter)
        assert make_plan(recall_recipe(CATALOGUE, made.note, chapter), chapter) == made


def test_a_noted_recipe_leaves_out_what_the_catalogue_has_lost() -> None:
    chapter = make_chapter(language="en")
    note = RecipeNote(("lost-and-gone", "no-hardware"), "en")
    assert make_plan(recall_recipe(CATALOGUE, note, chapter), chapter).ids == ("no-hardware",)


def test_named_values_decide_as_the_profile_does() -> None:
    tempo = Field("tempo", "the tempo", ("slow", "fast"))
    hurried = parse_condition({"field": "tempo", "equals": "fast"}, (*RECIPE_FIELDS, tempo))
    for value in ("slow", "fast"):
        facts = LearnerFacts(Profile(), (("tempo", value),))
        assert matches(hurried, name_values(facts, "en")) is (value == "fast")


def plan(profile: Profile, language: str = "en", *, source: str = "en") -> Plan:
    return plan_chapter(
        CATALOGUE,
        LearnerFacts(replace(profile, language_tag=language)),
        make_chapter(language=source),
    )


@pytest.mark.parametrize(
    ("profile", "language", "expected"),
    [
        (
            Profile(),
            "en",
            ["robotics-primer", "everyday-analogy", "no-hardware", "student-practice"],
        ),
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
                "beginner-walkthrough",
                "robotics-primer",
                "everyday-analogy",
                "jetson-hardware",
                "student-practice",
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
            ["advanced-condense", "rtx-hardware", "professional-context", "translation"],
        ),
        (
            Profile(
                role=Role.RESEARCHER,
                robotics_experience=RoboticsExperience.SIMULATION_ONLY,
                hardware_availability=HardwareAvailability.CLOUD,
            ),
            "en-GB",
            ["simulation-bridge", "cloud-hardware", "researcher-depth"],
        ),
        (
            Profile(role=Role.INSTRUCTOR, robotics_experience=RoboticsExperience.HARDWARE),
            "ur-PK",
            ["no-hardware", "instructor-notes", "urdu-translation"],
        ),
        (
            Profile(role=Role.INSTRUCTOR, robotics_experience=RoboticsExperience.HARDWARE),
            "ur-Latn",
            ["no-hardware", "instructor-notes", "translation"],
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
    made = plan_chapter(CATALOGUE, URDU, chapter)
    assert made.language == "en"
    assert not made.translates


def test_a_chapter_can_exclude_transformations() -> None:
    chapter = make_chapter(excluded=frozenset({"student-practice", "unknown"}))
    made = plan_chapter(CATALOGUE, LearnerFacts(), chapter)
    assert list(made.ids) == ["robotics-primer", "everyday-analogy", "no-hardware"]
    assert made.excluded == (Excluded("student-practice", "Something to try"),)


def test_what_would_not_apply_anyway_is_not_called_excluded() -> None:
    chapter = make_chapter(excluded=frozenset({"jetson-hardware", "unknown"}))
    assert plan_chapter(CATALOGUE, LearnerFacts(), chapter).excluded == ()


@pytest.mark.parametrize(
    "chapter", [make_chapter(personalize=False), make_chapter("# Robots\0\n")], ids=["off", "NUL"]
)
def test_a_chapter_that_opts_out_or_is_opaque_has_an_empty_plan(chapter: Chapter) -> None:
    made = plan_chapter(CATALOGUE, URDU, chapter, (make_term("robot"),))
    assert (made.steps, made.terms, made.dropped, made.excluded) == ((), (), (), ())
    assert made.language == "en"


def test_the_terms_of_the_chapter_travel_with_the_plan() -> None:
    terms = (make_term("digital twin"), make_term("robot"))
    assert plan_chapter(CATALOGUE, LearnerFacts(), make_chapter(), terms).terms == terms


def test_of_two_that_exclude_each_other_the_earlier_stays_and_the_plan_says_so(
    tmp_path: Path,
) -> None:
    write_transformation(tmp_path, order="150", conflicts="[student-practice]")
    catalogue = load_catalogue(tmp_path)
    made = plan_chapter(catalogue, LearnerFacts(), make_chapter())
    assert "student-practice" not in made.ids
    assert made.ids[0] == "house-style"
    assert made.dropped == (
        Dropped(
            "student-practice",
            "Something to try",
            because_of="house-style",
            reason="“Something to try” gives way to “House style”: the two do not go together.",
        ),
    )


@pytest.mark.parametrize("sentence", ["You read our book, and it asks you enough.", ""])
def test_the_file_that_names_the_other_says_why_it_gives_way(tmp_path: Path, sentence: str) -> None:
    write_transformation(tmp_path, order="450", conflicts=f'{{student-practice: "{sentence}"}}')
    (dropped,) = plan_chapter(load_catalogue(tmp_path), LearnerFacts(), make_chapter()).dropped
    assert (dropped.transformation_id, dropped.because_of) == ("house-style", "student-practice")
    assert dropped.reason == sentence or dropped.reason.startswith("“House style” gives way to")


def test_plain_words_come_before_open_questions() -> None:
    beginner = Profile(
        role=Role.RESEARCHER,
        programming_experience=ProgrammingExperience.BEGINNER,
        robotics_experience=RoboticsExperience.HARDWARE,
    )
    made = plan(beginner)
    assert list(made.ids) == [
        "beginner-simplify",
        "beginner-walkthrough",
        "everyday-analogy",
        "no-hardware",
    ]
    (dropped,) = made.dropped
    assert (dropped.transformation_id, dropped.because_of) == (
        "researcher-depth",
        "beginner-simplify",
    )
    assert dropped.reason.startswith("You are new to programming")


def test_no_two_of_our_conflicts_are_left_without_a_sentence_for_the_learner() -> None:
    for entry in CATALOGUE.entries:
        for other, sentence in entry.conflicts.items():
            # The two translations never apply to one language.
            assert sentence.endswith(".") or {entry.transformation.id, other} == {
                "translation",
                "urdu-translation",
            }


def test_every_profile_keeps_what_does_not_contradict() -> None:
    for role, programming, robotics, hardware in product(
        Role, ProgrammingExperience, RoboticsExperience, HardwareAvailability
    ):
        made = plan(Profile(role, programming, robotics, PreferredLanguage.ENGLISH, hardware))
        assert len(made.ids) == len(set(made.ids))
        gave_way = {dropped.transformation_id for dropped in made.dropped}
        assert gave_way == (
            {"researcher-depth"}
            if (role, programming) == (Role.RESEARCHER, ProgrammingExperience.BEGINNER)
            else set()
        )


def test_what_the_chapter_excludes_pushes_nothing_out(tmp_path: Path) -> None:
    write_transformation(tmp_path, order="150", conflicts="[student-practice]")
    chapter = make_chapter(excluded=frozenset({"house-style"}))
    made = plan_chapter(load_catalogue(tmp_path), LearnerFacts(), chapter)
    assert "student-practice" in made.ids
    assert made.dropped == ()
