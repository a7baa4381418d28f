"""Several sections read in one call: each is handed over as it closes, and none is forgotten."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from server.generation.llm.domain import (
    Chunk,
    Completed,
    Failure,
    LLMRequest,
    LLMUnavailable,
    StopReason,
    TextChunk,
)
from server.generation.review.domain import Draft, Reading, Verdict
from server.generation.review.reader import Reader
from server.generation.review.readings import review_together
from server.generation.review.service import review_section
from server.generation.rewriting.domain import (
    Brief,
    HeldBack,
    SectionRewrite,
    Shared,
    Usage,
)
from tests.fakes import Answer, ScriptedLLM
from tests.generation.rewriting.samples import make_brief

TEXT = "## One\n\nUse `a` now.\n\n## Two\n\nRest.\n\n## Three\n\nMore words.\n"
REWRITES = {"one": "Take ⟦1⟧ now.", "two": "Sleep.", "three": "More words."}
ONE = '<section id="one"><fine/></section>'
TWO = '<section id="two"><finding pair="4" fault="added"><quote>Sleep</quote></finding></section>'


def make_drafts() -> tuple[Brief, list[Draft]]:
    """Two sections with new words, and one that came back as it was."""
    brief = make_brief(TEXT)
    return brief, [
        Draft(each, SectionRewrite({0: each.title, 1: REWRITES[each.id]}, (), "claude", "m"))
        for each in brief.chapter.sections
    ]


async def read(
    llm: ScriptedLLM, *, seconds: float = 20
) -> tuple[dict[str, Reading | None], Shared | None]:
    brief, drafts = make_drafts()
    kept: dict[str, Reading | None] = {}

    async def keep(draft: Draft) -> None:
        assert draft.section.id not in kept
        kept[draft.section.id] = draft.reading

    deadline = asyncio.get_running_loop().time() + seconds
    shared = await review_together(Reader(llm), brief, drafts, keep, deadline=deadline)
    assert set(kept) == {"one", "two", "three"}
    assert kept["three"] is None
    return kept, shared


async def test_each_section_is_handed_over_with_what_is_said_of_it() -> None:
    llm = ScriptedLLM((ONE + TWO,))
    kept, shared = await read(llm)
    assert kept["one"] == Reading(is_answered=True, model="scripted")
    assert kept["two"] is not None
    assert [(each.run, each.quote) for each in kept["two"].findings] == [(1, "Sleep")]
    assert len(llm.asked) == 1
    assert "three" not in llm.asked[0].messages[0].text
    assert shared is not None
    assert sum(shared.usages, Usage()) == Usage(100, 10, 1)
    assert shared.usages[2] == Usage()


@pytest.mark.parametrize(
    ("answer", "held_back"),
    [
        ("", None),
        (TWO.replace("two", "three"), None),
        (StopReason.REFUSAL, None),
        (RuntimeError("a bug"), None),
        (LLMUnavailable("claude", Failure.SERVER), None),
        (LLMUnavailable("claude", Failure.BUDGET), HeldBack.BUDGET),
    ],
)
async def test_what_the_reader_leaves_out_is_handed_over_unread(
    answer: Answer, held_back: HeldBack | None
) -> None:
    kept, _ = await read(ScriptedLLM((answer,)))
    assert kept["one"] == kept["two"] == Reading(held_back=held_back)


async def test_half_an_answer_is_half_a_review() -> None:
    kept, shared = await read(ScriptedLLM((ONE + '<section id="two"><find',)))
    assert kept["one"] is not None
    assert kept["one"].is_fine
    assert kept["two"] == Reading()
    assert shared is not None


class StallingLLM(ScriptedLLM):
    """Says whose text it is, closes one section, and then nothing more comes."""

    @override
    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        yield TextChunk(ONE, "claude", "reader")
        await asyncio.sleep(60)
        yield Completed(StopReason.END, "claude", "reader", 1, 1)


async def test_what_closed_before_the_deadline_counts() -> None:
    kept, shared = await read(StallingLLM(()), seconds=0.05)
    assert kept["one"] == Reading(is_answered=True, model="reader")
    assert kept["two"] == Reading()
    assert shared is None


async def test_when_the_deadline_is_past_nobody_is_asked() -> None:
    llm = ScriptedLLM((ONE,))
    await read(llm, seconds=-1)
    assert llm.asked == []


async def test_what_was_read_together_is_settled_alone_without_another_first_reading() -> None:
    brief, drafts = make_drafts()
    kept = list[Draft]()

    async def keep(draft: Draft) -> None:
        kept.append(draft)

    deadline = asyncio.get_running_loop().time() + 20
    reader = Reader(ScriptedLLM((ONE + TWO,)))
    await review_together(reader, brief, drafts, keep, deadline=deadline)

    repair = '<section id="two"><run id="1">Two</run><run id="2">Have a rest.</run></section>'
    llm = ScriptedLLM(('<section id="two"><fine/></section>',))
    verdicts = dict[str, Verdict]()
    for draft in kept:
        reviewed = await review_section(
            ScriptedLLM((repair,)), Reader(llm), brief, draft, deadline=deadline
        )
        verdicts[draft.section.id] = reviewed.verdict
    assert verdicts == {
        "one": Verdict.PASSED,
        "two": Verdict.REPAIRED,
        "three": Verdict.PASSED,
    }
    assert len(llm.asked) == 1
