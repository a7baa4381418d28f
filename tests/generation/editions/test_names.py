"""A name changes with each input that shapes the text, and with nothing else."""

from dataclasses import replace

import pytest

from server.book.glossary.domain import Term
from server.generation.editions.names import (
    pin_name,
    plan_hash,
    section_key,
    transformation_digests,
)
from server.plan.recipes.domain import Dropped, Plan, RecipeNote
from tests.plan.transformations.samples import make_plan, make_term

TWIN = make_term("digital twin", translations=(("ur", "ڈیجیٹل جڑواں"),))
ROBOT = make_term("robot")


def name_plan(plan: Plan, *, prompt: str = "p1", splitter: str = "1", revision: int = 0) -> str:
    return plan_hash(plan, prompt_digest=prompt, splitter_version=splitter, revision=revision)


def name_section(
    plan: Plan,
    *,
    text: str = "A robot.",
    prompt: str = "p1",
    splitter: str = "1",
    terms: tuple[Term, ...] = (TWIN,),
) -> str:
    return section_key(
        text, plan, prompt_digest=prompt, splitter_version=splitter, terms_in_section=terms
    )


PLAN = make_plan("a" * 64, "b" * 64, language="ur", terms=(TWIN, ROBOT))


def test_names_are_sha256_in_hex_and_stay_what_they_are() -> None:
    empty = Plan(steps=(), language="en", source_language="en", terms=())
    # SHA-256 of {"language":"en","prompt":"p1","revision":0,"splitter":"1","terms":[],
    # "transformations":[]}, computed apart from this code.
    assert name_plan(empty) == "680571c2884659a7bacaea3b6c6d763629f2074aba470fb241e2202bcffd5b87"
    # Likewise of {"language":"en","prompt":"p1","splitter":"1","terms":[{"definition":"What robot
    # means.","keep":false,"rendering":null,"term":"robot"}],"text":"اے.","transformations":[]}.
    assert (
        name_section(empty, text="اے.", terms=(ROBOT,))
        == "283174a1374be3fc176c796c71ea22541d77644ea7d54a82209e001eff457ddd"
    )


PINNED = pin_name("اے.", RecipeNote(("a", "b"), "ur"))


def test_a_pins_name_is_sha256_of_text_ids_and_language() -> None:
    # SHA-256 of {"language":"ur","text":"اے.","transformations":["a","b"]}, computed apart.
    assert PINNED == "46c883ee39e8afcf235ad298bb2149f3f90ca2693aa4ec40a88fc54acca3ef90"


@pytest.mark.parametrize(
    "other",
    [
        pin_name("بے.", RecipeNote(("a", "b"), "ur")),
        pin_name("اے.", RecipeNote(("b", "a"), "ur")),
        pin_name("اے.", RecipeNote(("a",), "ur")),
        pin_name("اے.", RecipeNote(("a", "b"), "ar")),
    ],
)
def test_a_pins_name_changes_with_each_of_the_three(other: str) -> None:
    assert other != PINNED


@pytest.mark.parametrize(
    "other",
    [
        name_plan(make_plan("a" * 64, "c" * 64, language="ur", terms=PLAN.terms)),
        name_plan(make_plan("b" * 64, "a" * 64, language="ur", terms=PLAN.terms)),
        name_plan(make_plan("a" * 64, language="ur", terms=PLAN.terms)),
        name_plan(replace(PLAN, language="ar")),
        name_plan(replace(PLAN, terms=(TWIN,))),
        name_plan(PLAN, prompt="p2"),
        name_plan(PLAN, splitter="2"),
        name_plan(PLAN, revision=1),
    ],
    ids=["digest", "order", "steps", "language", "terms", "prompt", "splitter", "revision"],
)
def test_each_input_changes_the_plan_hash(other: str) -> None:
    assert other != name_plan(PLAN)


@pytest.mark.parametrize(
    "other",
    [
        name_section(make_plan("a" * 64, "c" * 64, language="ur")),
        name_section(make_plan("b" * 64, "a" * 64, language="ur")),
        name_section(replace(PLAN, language="ar")),
        name_section(PLAN, text="A robot!"),
        name_section(PLAN, prompt="p2"),
        name_section(PLAN, splitter="2"),
        name_section(PLAN, terms=()),
        name_section(PLAN, terms=(TWIN, ROBOT)),
    ],
    ids=["digest", "order", "language", "text", "prompt", "splitter", "no-term", "term"],
)
def test_each_input_changes_the_section_key(other: str) -> None:
    assert other != name_section(PLAN)


@pytest.mark.parametrize(
    "term",
    [
        replace(TWIN, definition="Another meaning."),
        replace(TWIN, keep=True),
        replace(TWIN, term="twin"),
        replace(TWIN, translations=(("ur", "جڑواں"),)),
        replace(TWIN, translations=()),
    ],
    ids=["definition", "keep", "term", "rendering", "no-rendering"],
)
def test_what_a_term_says_in_this_language_is_part_of_both_names(term: Term) -> None:
    assert name_plan(replace(PLAN, terms=(term, ROBOT))) != name_plan(PLAN)
    assert name_section(PLAN, terms=(term,)) != name_section(PLAN)


def test_a_rendering_in_another_language_is_part_of_neither() -> None:
    more = replace(TWIN, translations=(("de", "digitaler Zwilling"), *TWIN.translations))
    assert name_plan(replace(PLAN, terms=(more, ROBOT))) == name_plan(PLAN)
    assert name_section(PLAN, terms=(more,)) == name_section(PLAN)


def test_a_regional_tag_uses_the_languages_rendering_and_another_script_does_not() -> None:
    def names(language: str) -> bool:
        plan = replace(PLAN, language=language)
        without = replace(TWIN, translations=())
        return name_section(plan, terms=(without,)) != name_section(plan)

    assert names("ur-PK")
    assert not names("ur-Latn")


@pytest.mark.parametrize(
    "same",
    [
        make_plan("a" * 64, "b" * 64, language="ur", terms=PLAN.terms, reason="Otherwise."),
        replace(PLAN, terms=(ROBOT, TWIN)),
        replace(PLAN, terms=(ROBOT, TWIN, ROBOT)),
        replace(PLAN, source_language="de"),
        replace(PLAN, dropped=(Dropped("x", "X", because_of="y", reason="Because."),)),
        replace(
            PLAN,
            steps=tuple(
                replace(step, transformation=replace(step.transformation, title="Other", order=9))
                for step in PLAN.steps
            ),
        ),
    ],
    ids=["reason", "term-order", "term-twice", "source", "dropped", "title"],
)
def test_nothing_else_changes_a_name(same: Plan) -> None:
    assert name_plan(same) == name_plan(PLAN)
    assert name_section(same) == name_section(PLAN)


def test_the_chapters_terms_and_revision_do_not_name_a_section() -> None:
    assert name_section(replace(PLAN, terms=())) == name_section(PLAN)


def test_digests_are_those_of_the_steps_in_order() -> None:
    assert transformation_digests(PLAN) == ("a" * 64, "b" * 64)
