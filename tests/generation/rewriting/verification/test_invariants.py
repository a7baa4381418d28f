"""The fifteen invariants of a rewrite by name: for each, answers that break it are not taken."""

import pytest

from server.book.chapters.splitter import split_chapter
from server.generation.rewriting.domain import CheckName
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from server.generation.rewriting.verification.structure import (
    Result,
    check_idempotence,
    check_inventory,
    check_structure,
)
from tests.generation.rewriting.samples import CONDENSE, first_section, make_brief, make_plan
from tests.generation.rewriting.verification.judging import (
    SHORTER,
    URDU,
    judge,
    judge_run,
    list_checks,
)

STRUCTURE = {CheckName.STRUCTURE}


def compare(text: str, answers: dict[int, str]) -> set[str]:
    """Which checks of the whole see it, with the checks of the words left out."""
    brief = make_brief(text)
    section = first_section(brief)
    honest = {index: run.masked for index, run in enumerate(section.runs)}
    result = Result.of(Candidate(section, {**honest, **answers}, brief))
    checks = {
        "structure": check_structure,
        "inventory": check_inventory,
        "idempotence": check_idempotence,
    }
    return {name for name, check in checks.items() if list(check(result))}


@pytest.mark.parametrize(
    "answer",
    ["Use ⟦1⟧ `b`", "Use ⟦1⟧ $y$", "Use ⟦1⟧ ![i](j)", "Use ⟦1⟧ https://a.example", "Use :tada: ⟦1⟧",
     "Use ⟦1⟧ [^1]", "Use ⟦1⟧ &copy;", "Use ⟦1⟧ <b>"],
)  # fmt: skip
def test_01_the_protected_inventory_is_identical(answer: str) -> None:
    assert "inventory" in compare("Use `a`\n", {0: answer})
    assert judge("Use `a`\n", {0: answer})


@pytest.mark.parametrize("answer", ["Use it.", "Use ⟦1⟧ ⟦1⟧.", "Use ⟦1⟧ and ⟦2⟧."])
def test_02_each_placeholder_stands_once_in_its_run(answer: str) -> None:
    assert CheckName.PLACEHOLDERS in list_checks(judge("Use `a`.\n\n## B\n\n`b`\n", {0: answer}))


@pytest.mark.parametrize("added", ["`", "<", "{", "}", "$", "**", "](", "|"])
def test_03_no_markup_is_added_to_the_words(added: str) -> None:
    checks = list_checks(judge("Plain words.\n", {0: f"Plain {added}words."}))

    assert checks & {CheckName.RESIDUE, CheckName.EMPHASIS}


@pytest.mark.parametrize(
    "answer", ["Words.\n\n# One", "Words.\n\n### Three", "Words.\n---", "Words.\n==="]
)
def test_04_headings_stay_as_they_are(answer: str) -> None:
    assert compare("## A {#a}\n\nWords.\n", {1: answer}) & {"structure", "idempotence"}
    assert list_checks(judge("## A {#a}\n\nWords.\n", {1: answer})) == {CheckName.LINES}


@pytest.mark.parametrize(
    ("text", "index", "answer"),
    [
        ("1. a\n2. b\n", 0, "a\n1. c"),
        ("- [ ] a\n- b\n", 1, "[x] b"),
        ("> a\n\nb\n", 0, "a\n> > c"),
        ("- a\n  - b\n", 0, "a\n- c"),
    ],
)
def test_05_containers_keep_their_skeleton(text: str, index: int, answer: str) -> None:
    assert judge(text, {index: answer})


def test_05_numbers_of_a_list_and_its_boxes_are_the_authors() -> None:
    text = "3. a\n4. b\n\n- [ ] one\n- [x] two\n"
    brief = make_brief(text)
    section = first_section(brief)
    answers = {index: f"{run.masked} thing" for index, run in enumerate(section.runs)}

    assert find_differences(Candidate(section, answers, brief)) == ()


@pytest.mark.parametrize("answer", ["a | b", "a\n| c", "a\n\nb"])
def test_06_tables_keep_their_shape(answer: str) -> None:
    assert judge("| a | b |\n|---|---|\n| c | d |\n", {2: answer})


def test_07_front_matter_is_not_touched() -> None:
    text = "---\ntitle: 'A: b'\n---\n\nWords.\n"

    assert judge(text, {0: "B: c", 1: "Other words."}) == []
    assert judge(text, {1: "---\nx: y\n---"})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a <b>b</b> c\n", "a ⟦2⟧b⟦1⟧ c"),
        ("<details>\n<summary>Sum</summary>\n\nBody.\n\n</details>\n", "Sum </summary>"),
        ("Words.\n\n<!-- truncate -->\n", "Words. <!-- x -->"),
    ],
)
def test_08_tags_stay_balanced(text: str, answer: str) -> None:
    assert judge(text, {0: answer})


@pytest.mark.parametrize(
    "answer",
    ["", "I'm sorry, I cannot help with that.", "Here is the translated text: x", "```\nx\n```"],
)
def test_09_an_answer_is_whole_and_nothing_else(answer: str) -> None:
    assert judge("Some plain words stand here.\n", {0: answer})


@pytest.mark.parametrize(
    "answer", ["See [a]⟦1⟧ [b].", "See a ⟦1⟧.", "See [a]⟦1⟧.\n\n[b]: evil.md", "See [^1] [a]⟦1⟧."]
)
def test_10_references_and_their_definitions_stay(answer: str) -> None:
    assert judge("See [a][b].\n\n[b]: c.md\n", {0: answer})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_11_line_ends_and_breaks_are_the_authors(end: str) -> None:
    text = f"\ufeff# A{end}{end}One  {end}two\\{end}three.{end}{end}```{end}x"
    brief = make_brief(text)
    section = first_section(brief)
    passage = section.runs[1]
    answers = {0: "B", 1: passage.masked.replace("One", "First\nline")}

    assert find_differences(Candidate(section, answers, brief)) == ()
    assert judge(text, {1: passage.masked.replace("⟦1⟧", " ")})


@pytest.mark.parametrize(
    "added", ["\x00", "\x1b", "\u202e", "\u2066", "\u200e", "\ufeff", "\u2028"]
)
def test_12_no_strange_character_comes_in(added: str) -> None:
    assert CheckName.CHARACTERS in list_checks(judge("Words.\n", {0: f"Words{added}."}))


def test_12_numbers_and_units_are_the_same() -> None:
    assert list_checks(judge_run("It takes 14px.", "It takes 15px.")) == {CheckName.NUMBERS}
    assert list_checks(judge_run("It takes 14px.", "یہ 14 پکسل لیتا ہے۔", plan=URDU)) == {
        CheckName.UNITS
    }


def test_12_unit_behind_a_span_is_the_same() -> None:
    text = "Each `Node`s loop runs at $f = 50$ Hz and sends $8$ KB."
    right = "Each ⟦1⟧s loop runs at ⟦2⟧ Hz and sends ⟦3⟧ kB."
    assert judge_run(text, right) == []
    assert judge_run(text, right.replace("Hz", "hertz").replace("⟦1⟧s", "⟦1⟧")) == []
    assert list_checks(judge_run(text, right.replace("Hz", "kHz"))) == {CheckName.UNITS}
    assert list_checks(judge_run(text, right.replace("kB", "MB"))) == {CheckName.UNITS}


def test_13_emoji_and_shortcodes_are_the_same() -> None:
    assert list_checks(judge("Hi 🤖 :tada:\n", {0: "Hi ⟦1⟧"})) == {CheckName.EMOJI}
    assert list_checks(judge("Hi 🤖 :tada:\n", {0: "Hi 🤖"})) == {CheckName.PLACEHOLDERS}
    assert judge("Hi 🤖\n", {0: "Hi"}, plan=SHORTER) == []


def test_14_sections_keep_their_number_and_order() -> None:
    text = "# One\n\nWords.\n\n## Two\n\n- a\n\n## Three\n\nMore.\n"
    brief = make_brief(text)
    shown = ""
    for section in brief.chapter.sections:
        answers = {index: f"Other {run.masked}" for index, run in enumerate(section.runs)}
        result = Result.of(Candidate(section, answers, brief))
        assert find_differences(result.candidate) == ()
        shown += result.split.source
    again = split_chapter(shown, dialect=brief.chapter.dialect, mdx=False)

    assert [len(section.runs) for section in again] == [2, 2, 2]
    assert [section.title for section in again] == ["Other One", "Other Two", "Other Three"]


def test_15_what_is_shown_reads_back_as_it_was_answered() -> None:
    text = "Use `a`.\n\nAnd `b`.\n\n```c\nx\n```\n\nPlain.\n"
    answers = {0: "First ⟦2⟧.\n\nThen ⟦1⟧, and\nso on.", 1: ""}
    brief = make_brief(text, make_plan(CONDENSE))
    section = first_section(brief)
    candidate = Candidate(section, answers, brief)

    assert find_differences(candidate) == ()
    shown = Result.of(candidate).split
    assert find_differences(Candidate(shown, {0: shown.runs[0].masked}, brief)) == ()
    assert [span.source for span in shown.runs[0].spans] == ["`b`", "`a`"]


CONDENSABLE = "## A\n\nPlain words.\n\n```c\nx\n```\n\nSee `b`.\n"


def test_under_condensing_a_passage_may_go() -> None:
    assert judge(CONDENSABLE, {1: ""}, plan=SHORTER) == []
    assert list_checks(judge(CONDENSABLE, {1: ""})) == {CheckName.COMPLETENESS}


def test_a_protected_span_never_goes_with_its_passage() -> None:
    found = judge(CONDENSABLE, {2: ""}, plan=SHORTER)

    assert (CheckName.COMPLETENESS, "run 4 is empty") in found


@pytest.mark.parametrize(
    "text",
    ["1. a\n\nWords.\n\n1. b\n", "- a\n\nWords.\n\n- b\n", "- a\n\nWords.\n\n      code\n"],
)
def test_a_passage_that_keeps_two_blocks_apart_stays(text: str) -> None:
    assert list_checks(judge(text, {1: ""}, plan=SHORTER)) == STRUCTURE
