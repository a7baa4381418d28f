"""One section: asked, verified, asked once more with the difference, or given up."""

import pytest

from server.generation.llm.domain import Failure, LLMUnavailable, StopReason
from server.generation.llm.offline import OfflineLLM
from server.generation.rewriting.domain import (
    CheckName,
    Difference,
    FailedReply,
    HeldBack,
    Note,
    Outcome,
    Rejected,
    Rewritten,
    Unanswered,
    Usage,
)
from server.generation.rewriting.service import rewrite_section
from server.plan.recipes.domain import Plan
from tests.fakes import Answer, ScriptedLLM
from tests.generation.rewriting.samples import (
    CONDENSE,
    HARDWARE,
    SIMPLIFY,
    TRANSLATE,
    first_section,
    make_brief,
    make_plan,
)

TEXT = "## Set up\n\nUse `a` now.\n"
GOOD = '<section id="set-up"><run id="1">Begin</run><run id="2">Now use ⟦1⟧.</run></section>'
BAD = '<section id="set-up"><run id="1">Begin</run><run id="2">Now use it.</run></section>'
SORRY = "I'm sorry, but I can't help with that."
OUTAGE = LLMUnavailable("claude", Failure.SERVER)


async def rewrite(*answers: Answer, plan: Plan | None = None) -> tuple[Outcome, ScriptedLLM]:
    llm = ScriptedLLM(answers)
    brief = make_brief(TEXT, plan)
    return await rewrite_section(llm, brief, first_section(brief), timeout_s=20), llm


async def test_a_good_answer_is_taken_at_once() -> None:
    outcome, llm = await rewrite(GOOD)

    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == {0: "Begin", 1: "Now use ⟦1⟧."}
    assert (outcome.rewrite.provider, outcome.rewrite.model) == ("claude", "scripted")
    assert outcome.usage == Usage(100, 10, 1)
    assert not outcome.repaired
    assert outcome.differences == ()
    assert len(llm.asked) == 1


async def test_a_bad_answer_is_repaired_with_the_exact_difference() -> None:
    outcome, llm = await rewrite(BAD, GOOD)

    assert isinstance(outcome, Rewritten)
    assert outcome.repaired
    assert outcome.differences == (Difference(CheckName.PLACEHOLDERS, "run 2: ⟦1⟧ is missing"),)
    assert outcome.usage == Usage(200, 20, 2)
    last = llm.asked[1].messages[-1].text
    assert last.endswith("- run 2: ⟦1⟧ is missing")
    assert '<run id="2"' in last


@pytest.mark.parametrize(
    ("answer", "check", "sentence"),
    [
        (BAD, CheckName.PLACEHOLDERS, "run 2: ⟦1⟧ is missing"),
        ("no elements", CheckName.FORM, "the answer holds no section element with the id set-up"),
        (SORRY, CheckName.REFUSED, "the answer is talk about the task, and nothing else"),
        (StopReason.LENGTH, CheckName.TRUNCATED, "the answer was cut off before its end"),
        (StopReason.REFUSAL, CheckName.REFUSED, "the model declined to answer"),
        (StopReason.OTHER, CheckName.UNFINISHED, "the answer did not end normally"),
        (GOOD + GOOD, CheckName.FORM, "the section was answered more than once"),
    ],
)
async def test_two_bad_answers_are_enough(answer: Answer, check: CheckName, sentence: str) -> None:
    outcome, llm = await rewrite(answer)

    assert isinstance(outcome, Rejected)
    assert outcome.differences == (Difference(check, sentence),)
    assert len(llm.asked) == 2


@pytest.mark.parametrize("answers", [(OUTAGE,), (BAD, OUTAGE)])
async def test_an_outage_is_not_the_sections_fault(answers: tuple[Answer, ...]) -> None:
    outcome, llm = await rewrite(*answers)

    assert isinstance(outcome, Unanswered)
    assert outcome.usage.calls == len(answers) - 1
    assert len(llm.asked) == len(answers)


async def test_one_deadline_bounds_both_turns() -> None:
    _, llm = await rewrite(BAD, GOOD)

    first, second = (request.deadline for request in llm.asked)
    assert first is not None
    assert first == second


async def test_after_a_call_that_it_shared_the_next_turn_is_the_repair() -> None:
    llm = ScriptedLLM((GOOD,))
    brief = make_brief(TEXT)
    failed = FailedReply(BAD, (Difference(CheckName.PLACEHOLDERS, "run 2: ⟦1⟧ is missing"),))

    outcome = await rewrite_section(llm, brief, first_section(brief), timeout_s=20, failed=failed)

    assert isinstance(outcome, Rewritten)
    assert outcome.repaired
    assert len(llm.asked) == 1
    assert [message.role for message in llm.asked[0].messages] == ["user", "assistant", "user"]


@pytest.mark.parametrize("failure", [Failure.BUDGET, Failure.STOPPED])
async def test_our_own_refusal_is_told_from_an_outage(failure: Failure) -> None:
    outcome, llm = await rewrite(LLMUnavailable("claude", failure))

    assert isinstance(outcome, Unanswered)
    assert outcome.held_back is HeldBack(failure)
    assert len(llm.asked) == 1


async def test_a_bad_note_does_not_fail_the_section() -> None:
    notes = '<note kind="hardware">Run `rm -rf /`.</note><note kind="hardware">Fine.</note>'

    outcome, llm = await rewrite(
        GOOD.replace("</section>", notes + "</section>"), plan=make_plan(SIMPLIFY, HARDWARE)
    )

    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.notes == (Note("hardware", "Fine.", None),)
    assert len(llm.asked) == 1


async def test_where_only_notes_are_asked_for_the_words_stay() -> None:
    note = '<section id="set-up"><run id="1">Other</run><note kind="hardware">N.</note></section>'

    outcome, llm = await rewrite(note, plan=make_plan(HARDWARE))

    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == {0: "Set up", 1: "Use ⟦1⟧ now."}
    assert outcome.rewrite.notes == (Note("hardware", "N.", None),)
    assert "<run" not in llm.asked[0].messages[-1].text


async def test_where_only_notes_are_asked_for_saying_nothing_adds_nothing() -> None:
    outcome, llm = await rewrite("There is nothing to add.", plan=make_plan(HARDWARE))

    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.notes == ()
    assert len(llm.asked) == 1


async def test_a_slip_of_the_pen_costs_no_second_call() -> None:
    outcome, llm = await rewrite(GOOD.replace("⟦1⟧", "[[1]]"))

    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers[1] == "Now use ⟦1⟧."
    assert len(llm.asked) == 1


async def test_offline_leaves_the_words_alone_in_every_language() -> None:
    brief = make_brief(TEXT, make_plan(TRANSLATE, language="ur"))

    outcome = await rewrite_section(OfflineLLM(), brief, first_section(brief), timeout_s=20)

    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == {0: "Set up", 1: "Use ⟦1⟧ now."}


async def test_a_model_that_leaves_the_words_alone_has_not_translated() -> None:
    text = "## A\n\nThe robot walks over to the table and takes the cup.\n"
    same = '<section id="a"><run id="1">A</run><run id="2">The robot walks over to the table and '
    brief = make_brief(text, make_plan(TRANSLATE, language="ur"))
    llm = ScriptedLLM((same + "takes the cup.</run></section>",))

    outcome = await rewrite_section(llm, brief, first_section(brief), timeout_s=20)

    assert isinstance(outcome, Rejected)
    assert {difference.check for difference in outcome.differences} == {CheckName.UNTRANSLATED}


WORDS = "amber birch cedar delta ember fjord glade heron iris jasmine kelp lotus maple"
NAMES = WORDS.split()
SENTENCES = [f"The {one} beside the {two} is heavy." for one in NAMES for two in NAMES[:2]]


def answer_with(sentences: int) -> str:
    """An answer that keeps so many of the author's 26 sentences of seven words."""
    kept = " ".join(SENTENCES[:sentences])
    return f'<section id="names"><run id="1">Names</run><run id="2">{kept}</run></section>'


async def condense(*answers: Answer) -> tuple[Rewritten, ScriptedLLM]:
    llm = ScriptedLLM(answers)
    brief = make_brief(f"## Names\n\n{' '.join(SENTENCES)}\n", make_plan(CONDENSE))
    outcome = await rewrite_section(llm, brief, first_section(brief), timeout_s=20)
    assert isinstance(outcome, Rewritten)
    return outcome, llm


def count_sentences(outcome: Rewritten) -> int:
    return outcome.rewrite.answers[1].count(".")


async def test_what_is_condensed_enough_is_taken_at_once() -> None:
    outcome, llm = await condense(answer_with(20))
    assert (len(llm.asked), count_sentences(outcome), outcome.repaired) == (1, 20, False)


@pytest.mark.parametrize(("first", "second", "kept"), [(26, 20, 20), (25, 24, 24), (24, 25, 24)])
async def test_what_is_hardly_condensed_is_asked_for_once_more_and_the_shorter_stands(
    first: int, second: int, kept: int
) -> None:
    outcome, llm = await condense(answer_with(first), answer_with(second))
    assert count_sentences(outcome) == kept
    assert [each.check for each in outcome.differences] == [CheckName.CONDENSING]
    assert "at most 155 were asked for" in llm.asked[1].messages[-1].text


@pytest.mark.parametrize("second", [OUTAGE, "nothing of use"])
async def test_what_is_hardly_condensed_stands_where_the_second_answer_is_of_no_use(
    second: Answer,
) -> None:
    outcome, _ = await condense(answer_with(25), second)
    assert count_sentences(outcome) == 25


async def test_a_text_that_grows_beyond_what_was_asked_is_asked_for_shorter() -> None:
    grown = GOOD.replace("Now use ⟦1⟧.", f"Now use ⟦1⟧. {' '.join(SENTENCES[:5])}")
    outcome, llm = await rewrite(grown, GOOD)
    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == {0: "Begin", 1: "Now use ⟦1⟧."}
    assert [each.check for each in outcome.differences] == [CheckName.LENGTH]
    assert len(llm.asked) == 2
