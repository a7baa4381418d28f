"""Several sections in one call: each is handed over as it closes; the shares add up."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from server.generation.llm.domain import Failure, LLMUnavailable, StopReason
from server.generation.rewriting.domain import (
    Closed,
    FailedReply,
    HeldBack,
    SectionRewrite,
    Shared,
    Unanswered,
    Usage,
)
from server.generation.rewriting.service import divide_usage, rewrite_together
from tests.fakes import Answer, ScriptedLLM
from tests.generation.rewriting.samples import HARDWARE, make_brief, make_plan

TEXT = "## One\n\nUse `a` now.\n\n## Two\n\nRest.\n\n## Three\n\nMore words.\n"
ONE = '<section id="one"><run id="1">First</run><run id="2">Now use ⟦1⟧.</run></section>'
TWO = '<section id="two"><run id="3">Second</run><run id="4">Sleep.</run></section>'
THREE = '<section id="three"><run id="5">Third</run><run id="6">Words.</run></section>'
SECTIONS = make_brief(TEXT).chapter.sections
counts = st.integers(0, 10**6)


async def ask(
    answer: Answer, *, only_notes: bool = False
) -> tuple[list[Closed], Shared | Unanswered | None]:
    brief = make_brief(TEXT, make_plan(HARDWARE) if only_notes else None)
    closed = list[Closed]()

    async def keep(each: Closed) -> None:
        closed.append(each)

    llm = ScriptedLLM((answer,))
    result = await rewrite_together(llm, brief, brief.chapter.sections, keep, timeout_s=20)
    assert llm.asked[0].deadline is not None
    return closed, result


async def test_each_section_has_its_own_numbers_again() -> None:
    closed, result = await ask(ONE + TWO + THREE)

    verdicts = {each.section.id: each.verdict for each in closed}
    assert isinstance(verdicts["two"], SectionRewrite)
    assert verdicts["two"].answers == {0: "Second", 1: "Sleep."}
    assert len(verdicts) == 3
    assert isinstance(result, Shared)
    assert sum((usage for usage in result.usages), Usage()) == Usage(100, 10, 1)


async def test_what_is_left_out_is_not_handed_over() -> None:
    closed, _ = await ask(THREE + ONE)

    assert [each.section.id for each in closed] == ["one", "three"]


async def test_a_bad_section_is_handed_over_as_it_would_be_repaired() -> None:
    closed, _ = await ask(ONE + TWO.replace("Sleep.", "Sleep ⟦9⟧.") + THREE)

    verdicts = {each.section.id: each.verdict for each in closed}
    assert isinstance(verdicts["two"], FailedReply)
    assert '<run id="2">Sleep' in verdicts["two"].text
    assert isinstance(verdicts["three"], SectionRewrite)


async def test_where_only_notes_are_asked_for_saying_nothing_adds_nothing() -> None:
    closed, _ = await ask("Nothing to add.", only_notes=True)

    assert all(isinstance(each.verdict, SectionRewrite) for each in closed)
    assert len(closed) == 3


async def test_a_refusal_hands_nothing_over_but_has_its_price() -> None:
    closed, result = await ask(StopReason.REFUSAL)

    assert closed == []
    assert isinstance(result, Shared)


async def test_without_any_text_there_is_no_answer() -> None:
    assert await ask(LLMUnavailable("claude", Failure.SERVER)) == ([], Unanswered(Usage()))
    held_back = Unanswered(Usage(), held_back=HeldBack.BUDGET)
    assert await ask(LLMUnavailable("claude", Failure.BUDGET)) == ([], held_back)


@given(counts, counts, st.none() | st.integers(0, 10**9))
def test_the_shares_of_a_call_add_up_to_the_last_token_and_cent(
    read: int, written: int, microdollars: int | None
) -> None:
    cost = None if microdollars is None else Decimal(microdollars).scaleb(-6)
    usage = Usage(read, written, 1, cost)

    shares = divide_usage(usage, SECTIONS).usages

    assert len(shares) == len(SECTIONS)
    assert sum(shares, Usage()) == usage
    assert all(min(each.input_tokens, each.output_tokens, each.calls) >= 0 for each in shares)
    assert all(each.cost_usd is None or each.cost_usd >= 0 for each in shares)
