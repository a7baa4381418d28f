"""Each check of the verifier by a minimal example, and no alarm where nothing is wrong."""

import pytest

from server.rewriting.domain import Brief
from server.rewriting.verification import Candidate, find_differences
from server.transformations.domain import Plan
from tests.rewriting.samples import CONDENSE, first_section, make_brief, make_plan

TEXT = "## Set up\n\nUse `a` and [the docs](https://example.org) now.\n\n- one thing\n"
PASSAGE = "Use ⟦1⟧ and [the docs]⟦2⟧ now."


def judge(
    text: str, changes: dict[int, str], *, plan: Plan | None = None, mdx: bool = False
) -> tuple[str, ...]:
    brief = make_brief(text, plan, mdx=mdx)
    return judge_in(brief, changes)


def judge_in(brief: Brief, changes: dict[int, str]) -> tuple[str, ...]:
    section = first_section(brief)
    honest = {index: run.masked for index, run in enumerate(section.runs)}
    return find_differences(Candidate(section, {**honest, **changes}, brief))


@pytest.mark.parametrize(
    "answer",
    [
        PASSAGE,
        "Now [the documentation]⟦2⟧ shows how ⟦1⟧ is used.",
        "⟦1⟧ comes first. See [the docs]⟦2⟧.",
        "A first paragraph.\n\nUse ⟦1⟧ and [the docs]⟦2⟧ now.\n\nAnd a third.",
        "ابھی ⟦1⟧ اور [دستاویز]⟦2⟧ استعمال کریں۔",
        "Use **⟦1⟧** and *[the docs]⟦2⟧* now.",
    ],
)
def test_an_honest_rewrite_passes(answer: str) -> None:
    assert judge(TEXT, {1: answer}) == ()


@pytest.mark.parametrize(
    ("index", "answer", "difference"),
    [
        (1, "", "run 2 is empty"),
        (1, "Use [the docs]⟦2⟧ now.", "run 2: ⟦1⟧ is missing"),
        (1, PASSAGE + " ⟦1⟧", "run 2: ⟦1⟧ stands too often"),
        (1, PASSAGE + " ⟦9⟧", "run 2: ⟦9⟧ does not belong here"),
        (2, "one ⟦1⟧", "run 3: ⟦1⟧ does not belong here"),
        (1, PASSAGE + " `b`", "run 2: a backtick was added"),
        (1, PASSAGE + " <b>", "run 2: a `<` was added"),
        (1, PASSAGE + " {x}", "run 2: a `{` was added"),
        (1, PASSAGE + " $5", "run 2: a `$` was added"),
        (1, PASSAGE + " \\[", "run 2: a `\\` was added"),
        (1, PASSAGE + " **so", "run 2: a ** has no partner"),
        (1, PASSAGE + " [x](y)", "run 2: a link was added"),
        (1, PASSAGE + " \x07", "run 2: the control character U+0007 was added"),
        (1, PASSAGE + " \u061c", "run 2: the control character U+061C was added"),
        (1, PASSAGE + " \ud800", "run 2: the control character U+D800 was added"),
        (0, "I'm sorry, I can't help", "run 1 speaks about the task instead of rewriting the text"),
        (1, "Use ⟦1⟧ and the docs ⟦2⟧.", "run 2: ⟦2⟧ has lost its [label]"),
        (0, "Set up\n\n## More", "run 1: a heading stays one line"),
        (0, "Set up " * 30, "run 1 became more than three times as long"),
    ],
)
def test_a_bad_word_is_named_by_its_check(index: int, answer: str, difference: str) -> None:
    assert any(found.startswith(difference) for found in judge(TEXT, {index: answer}))


@pytest.mark.parametrize(
    "answer",
    [
        PASSAGE + "\n\n## Heading",
        PASSAGE + "\n\n- item",
        PASSAGE + "\n\n1. item",
        PASSAGE + "\n\n> quote",
        PASSAGE + "\n\n~~~\ncode",
        PASSAGE + "\n---",
        PASSAGE + "\n\n:::note\n\nx",
        PASSAGE + " https://evil.example",
        PASSAGE + " www.evil.example",
        PASSAGE + " someone@evil.example",
        PASSAGE + " &copy;",
        PASSAGE + " [^1]",
    ],
)
def test_a_changed_structure_is_seen(answer: str) -> None:
    (difference,) = judge(TEXT, {1: answer})

    assert difference.startswith("the structure changed")


def test_a_run_that_is_not_answered_is_missing() -> None:
    brief = make_brief(TEXT)
    section = first_section(brief)

    assert find_differences(Candidate(section, {0: "Set up", 2: "one"}, brief)) == (
        "run 2 is missing",
    )


def test_most_of_a_long_text_must_not_go() -> None:
    text = "Many words stand here. " * 100 + "\n"

    assert judge(text, {0: "Few."}) == ("most of the text is gone",)


def test_in_mdx_a_paragraph_may_not_begin_like_a_statement() -> None:
    assert judge("Words.\n", {0: "export nothing"}, mdx=True) == (
        "run 1: a paragraph begins with `export`, which is code in this file",
    )
    assert judge("Words.\n", {0: "export nothing"}) == ()
    assert judge("import it twice.\n", {0: "import it once."}, mdx=True) == ()


def test_a_link_may_not_stand_in_another_s_label() -> None:
    text = "See [x](y) and [a](b).\n"

    assert judge(text, {0: "See [a]⟦2⟧ and [x]⟦1⟧."}) == ()
    (difference,) = judge(text, {0: "See [x and [a]⟦2⟧]⟦1⟧."})
    assert difference.startswith("run 1: ⟦1⟧ has lost its [label]")


CONDENSABLE = "## A\n\nPlain words.\n\n```c\nx\n```\n\nSee `b`.\n"


def test_under_condensing_a_passage_may_go() -> None:
    plan = make_plan(CONDENSE)

    assert judge(CONDENSABLE, {1: ""}, plan=plan) == ()
    assert judge(CONDENSABLE, {1: ""}) == ("run 2 is empty",)


def test_a_protected_span_never_goes_with_its_passage() -> None:
    assert "run 4 is empty" in judge(CONDENSABLE, {2: ""}, plan=make_plan(CONDENSE))


@pytest.mark.parametrize(
    "text",
    ["1. a\n\nWords.\n\n1. b\n", "- a\n\nWords.\n\n- b\n", "- a\n\nWords.\n\n      code\n"],
)
def test_a_passage_that_keeps_two_blocks_apart_stays(text: str) -> None:
    (difference,) = judge(text, {1: ""}, plan=make_plan(CONDENSE))

    assert difference.startswith("the structure changed")
