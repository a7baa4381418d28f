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
from server.generation.rewriting.domain import Needs
from server.plan.recipes.domain import Dropped, Plan, RecipeNote
from server.plan.transformations.domain import Fact
from tests.plan.transformations.samples import make_plan, make_term

TWIN = make_term("digital twin", translations=(("ur", "ڈیجیٹل جڑواں"),))
ROBOT = make_term("robot")
FACT = Fact("memory", "hardware", ("memory",), "It has 8 GB.", "A guide", "2026-11-21")
HERE = Needs(terms=(TWIN,), facts=(FACT,))
ELSEWHERE = Needs(other_terms=(TWIN,), other_facts=(FACT,))


def name_plan(plan: Plan, *, prompt: str = "p1", splitter: str = "1", revision: int = 0) -> str:
    return plan_hash(plan, prompt_digest=prompt, splitter_version=splitter, revision=revision)


def name_section(
    plan: Plan,
    *,
    text: str = "A robot.",
    prompt: str = "p1",
    splitter: str = "1",
    needs: Needs = HERE,
) -> str:
    return section_key(text, plan, prompt_digest=prompt, splitter_version=splitter, needs=needs)


PLAN = make_plan("a" * 64, "b" * 64, language="ur", terms=(TWIN, ROBOT))


def test_names_are_sha256_in_hex_and_stay_what_they_are() -> None:
    empty = Plan(steps=(), language="en", source_language="en", terms=())
    # SHA-256 of {"facts":[],"language":"en","prompt":"p1","revision":0,"splitter":"1","terms":[],
    # "transformations":[]}, computed apart from this code.
    assert name_plan(empty) == "38ecb1155c0527980764f90ab910393cfab340501cd333f26619c291610943fa"
    # Likewise, of the section's inputs with a term at home and a fact that is not: in the order of
    # the alphabet, each key with its value, as JSON without spaces.
    assert (
        name_section(empty, text="اے.", needs=Needs(terms=(ROBOT,), other_facts=(FACT,)))
        == "620388f570050c5e8f7f5add03162dd44d718794e2c653e6e5a9acc6d4b095a5"
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
        name_section(PLAN, needs=replace(HERE, terms=())),
        name_section(PLAN, needs=replace(HERE, terms=(TWIN, ROBOT))),
        name_section(PLAN, needs=replace(HERE, terms=(), other_terms=(TWIN,))),
        name_section(PLAN, needs=replace(HERE, facts=())),
        name_section(PLAN, needs=replace(HERE, facts=(), other_facts=(FACT,))),
        name_section(PLAN, needs=replace(HERE, facts=(replace(FACT, note="It has 16 GB."),))),
    ],
    ids=[
        "digest",
        "order",
        "language",
        "text",
        "prompt",
        "splitter",
        "no-term",
        "term",
        "term-elsewhere",
        "no-fact",
        "fact-elsewhere",
        "fact",
    ],
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
    assert name_section(PLAN, needs=replace(HERE, terms=(term,))) != name_section(PLAN)


def test_what_is_said_elsewhere_is_no_part_of_the_section_key() -> None:
    said = Needs(
        other_terms=(replace(TWIN, definition="Another meaning."),),
        other_facts=(replace(FACT, note="It has 16 GB."),),
    )
    assert name_section(PLAN, needs=said) == name_section(PLAN, needs=ELSEWHERE)


def test_a_fact_that_the_chapter_calls_for_is_part_of_the_plan_hash() -> None:
    def name(*facts: Fact) -> str:
        return plan_hash(PLAN, prompt_digest="p", splitter_version="1", revision=0, facts=facts)

    assert len({name(), name(FACT), name(replace(FACT, note="It has 16 GB."))}) == 3


def test_a_rendering_in_another_language_is_part_of_neither() -> None:
    more = replace(TWIN, translations=(("de", "digitaler Zwilling"), *TWIN.translations))
    assert name_plan(replace(PLAN, terms=(more, ROBOT))) == name_plan(PLAN)
    assert name_section(PLAN, needs=replace(HERE, terms=(more,))) == name_section(PLAN)


def test_a_regional_tag_uses_the_languages_rendering_and_another_script_does_not() -> None:
    def names(language: str) -> bool:
        plan = replace(PLAN, language=language)
        without = replace(TWIN, translations=())
        unnamed = replace(HERE, terms=(without,))
        return name_section(plan, needs=unnamed) != name_section(plan)

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
