"""A verified text goes back to its writer, for what a reader has against it."""

import asyncio

import pytest

from server.book.chapters.domain import Section
from server.generation.llm.domain import Failure, LLMUnavailable, StopReason
from server.generation.rewriting.domain import (
    CheckName,
    Difference,
    HeldBack,
    Note,
    Outcome,
    Rejected,
    Rewritten,
    SectionRewrite,
    Unanswered,
    Usage,
)
from server.generation.rewriting.protocol import read_reply, write_answer
from server.generation.rewriting.service import mend_section
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.fakes import Answer, ScriptedLLM
from tests.generation.rewriting.samples import first_section, make_brief

TEXT = "## Set up\n\nUse `a` now.\n\n```sh\nls\n```\n\nIf x & y, stop.\n"
BRIEF = make_brief(TEXT)
NOTE = Note("primer", 'Where a < b, "stop" it.', 3)
REWRITE = SectionRewrite({0: "Begin", 1: "Now use ⟦1⟧.", 2: "Stop if x & y."}, (NOTE,), "p", "m")
FOUND = (Difference(CheckName.REVIEW, "run 4 contradicts the author"),)
MENDED = SectionRewrite({**REWRITE.answers, 2: "If both x & y hold, stop."}, (), "p", "m")
BETTER = write_answer(first_section(BRIEF), MENDED.answers, (), answerable=True)


def section() -> Section:
    return first_section(BRIEF)


async def mend(answer: Answer) -> tuple[Outcome, ScriptedLLM]:
    llm = ScriptedLLM((answer,))
    deadline = asyncio.get_running_loop().time() + 20
    return await mend_section(llm, BRIEF, section(), REWRITE, FOUND, deadline=deadline), llm


def test_a_verified_text_is_written_as_a_model_answers_it() -> None:
    reply = read_reply(
        write_answer(section(), REWRITE.answers, (NOTE,), answerable=True), section()
    )
    assert reply is not None
    assert reply.runs == REWRITE.answers
    assert reply.notes == REWRITE.notes
    assert reply.faults == ()


def test_where_only_notes_were_asked_for_only_they_are_written() -> None:
    reply = read_reply(
        write_answer(section(), REWRITE.answers, (NOTE,), answerable=False), section()
    )
    assert reply is not None
    assert (reply.runs, reply.notes) == ({}, REWRITE.notes)


async def test_it_is_asked_once_with_its_own_answer_and_what_is_wrong() -> None:
    outcome, llm = await mend(BETTER)
    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == MENDED.answers
    assert (outcome.usage, outcome.differences) == (Usage(100, 10, 1), FOUND)
    assert llm.asked[0].deadline is not None
    turns = llm.asked[0].messages
    assert turns[1].text == write_answer(section(), REWRITE.answers, (NOTE,), answerable=True)
    assert turns[2].text.endswith("- run 4 contradicts the author")


async def test_a_bad_answer_is_not_mended_again() -> None:
    for answer in (BETTER.replace("⟦1⟧", "it"), StopReason.LENGTH, "nothing"):
        outcome, llm = await mend(answer)
        assert isinstance(outcome, Rejected)
        assert len(llm.asked) == 1


@pytest.mark.parametrize(
    ("failure", "held_back"),
    [
        (Failure.SERVER, None),
        (Failure.BUDGET, HeldBack.BUDGET),
        (Failure.STOPPED, HeldBack.STOPPED),
    ],
)
async def test_no_answer_says_whose_no_it_was(failure: Failure, held_back: HeldBack | None) -> None:
    outcome, _ = await mend(LLMUnavailable("claude", failure))
    assert outcome == Unanswered(Usage(), held_back)


def test_a_check_can_be_left_out() -> None:
    long = {**REWRITE.answers, 2: "If x & y, stop. " + " ".join(f"word{n}" for n in range(60))}
    candidate = Candidate(section(), long, BRIEF)
    assert {each.check for each in find_differences(candidate)} == {CheckName.LENGTH}
    assert find_differences(candidate, without={CheckName.LENGTH}) == ()
