"""A section's review from end to end: whatever the reader does, the learner gets the chapter."""

import asyncio
from collections.abc import Sequence

import pytest

from server.generation.llm.domain import Completed, Failure, LLMUnavailable, StopReason
from server.generation.llm.offline import OfflineLLM
from server.generation.review.domain import (
    Draft,
    Fault,
    Finding,
    Reading,
    Remedy,
    Review,
    Reviewed,
    Verdict,
)
from server.generation.review.service import (
    REVIEW_DIGEST,
    Reader,
    conclude,
    judge_readings,
    review_section,
    write_request,
)
from server.generation.rewriting.domain import CheckName, HeldBack, Note, Usage
from server.generation.rewriting.store.service import ClaimLost
from server.plan.recipes.domain import Plan
from tests.fakes import Answer, ScriptedLLM
from tests.generation.review.samples import (
    BAD,
    GOOD,
    TIP,
    JudgingLLM,
    find_planted,
    make_draft,
    write_answer,
)
from tests.generation.rewriting.samples import (
    SIMPLIFY,
    TRANSLATE,
    make_plan,
    make_transformation,
)

AUTHORS = {**BAD, 2: "Run ⟦1⟧ only when the torque exceeds 5 N m."}
FINE = '<section id="balance"><fine/></section>'
FOUND = (
    '<section id="balance"><finding pair="4" fault="changed"><quote>whenever</quote>'
    "<source>only when</source>Gone.</finding></section>"
)
INVENTED = FOUND.replace("whenever", "in any case")
BUDGET = LLMUnavailable("claude", Failure.BUDGET)
OUTAGE = LLMUnavailable("claude", Failure.SERVER)
PRIMER = make_transformation("primer", note_kinds=frozenset({"primer"}))


async def review(
    reader: JudgingLLM | ScriptedLLM | OfflineLLM,
    writer: Sequence[Answer] = (write_answer(GOOD),),
    answers: dict[int, str] = BAD,
    *,
    seconds: float = 20,
    plan: Plan | None = None,
) -> tuple[Reviewed, ScriptedLLM]:
    brief, draft = make_draft(answers, plan=plan)
    llm = ScriptedLLM(writer)
    deadline = asyncio.get_running_loop().time() + seconds
    return await review_section(llm, Reader(reader), brief, draft, deadline=deadline), llm


def shown(reviewed: Reviewed) -> dict[int, str]:
    assert reviewed.rewrite is not None
    return reviewed.rewrite.answers


async def test_what_the_reader_finds_fine_has_passed() -> None:
    reader = ScriptedLLM((FINE,))
    reviewed, writer = await review(reader)
    assert shown(reviewed) == BAD
    assert reviewed.review == Review(
        Verdict.PASSED, "scripted", REVIEW_DIGEST, input_tokens=100, output_tokens=10
    )
    assert (reviewed.reading, reviewed.writing) == (Usage(100, 10, 1), Usage())
    assert writer.asked == []
    assert reader.asked[0].deadline is not None


async def test_a_planted_fault_is_repaired() -> None:
    reader = JudgingLLM(find_planted)
    reviewed, writer = await review(reader)
    assert shown(reviewed) == GOOD
    assert reviewed.verdict is Verdict.REPAIRED
    assert reviewed.review is not None
    assert [each.remedy for each in reviewed.review.findings] == [Remedy.MENDED]
    assert reviewed.review.input_tokens == reviewed.reading.input_tokens == 400
    assert reviewed.writing == Usage(100, 10, 1)
    assert (len(writer.asked), len(reader.asked)) == (1, 2)


async def test_the_writer_reads_its_answer_and_the_exact_finding() -> None:
    _, writer = await review(JudgingLLM(find_planted))
    turns = writer.asked[0].messages
    assert [each.role for each in turns] == ["user", "assistant", "user"]
    assert '<run id="4">Use ⟦1⟧ whenever' in turns[1].text
    assert turns[2].text.endswith(
        "- run 4 says something else than the author; it says “whenever”; "
        "the author says “only when”. A condition is gone."
    )
    assert writer.asked[0].deadline is not None


@pytest.mark.parametrize(
    "repair",
    [
        write_answer(BAD),
        write_answer({**BAD, 1: "It is heavy & costs a lot, so it must not fall."}),
        write_answer({**GOOD, 2: "No placeholder."}),
        "nonsense",
        StopReason.REFUSAL,
        StopReason.LENGTH,
        OUTAGE,
        BUDGET,
        RuntimeError("a bug"),
    ],
)
async def test_without_a_good_repair_the_authors_run_stands_and_the_others_stay(
    repair: Answer,
) -> None:
    reviewed, writer = await review(JudgingLLM(find_planted), (repair,))
    assert shown(reviewed)[2] == AUTHORS[2]
    assert shown(reviewed)[0] == BAD[0]
    assert reviewed.verdict is Verdict.PARTLY_ORIGINAL
    assert reviewed.review is not None
    assert {each.remedy for each in reviewed.review.findings} == {Remedy.PUT_BACK}
    assert len(writer.asked) == 1


async def test_a_new_fault_of_the_repair_is_put_back_too() -> None:
    def find(original: str, rewrite: str) -> str:
        worse = 'fault="added"><quote>forever</quote>'
        return find_planted(original, rewrite) or (worse if "forever" in rewrite else "")

    reviewed, _ = await review(JudgingLLM(find), (write_answer({**GOOD, 3: "Wait forever."}),))
    assert shown(reviewed) == {**GOOD, 3: "Wait."}
    assert reviewed.verdict is Verdict.PARTLY_ORIGINAL
    assert reviewed.review is not None
    remedies = [(each.fault, each.remedy) for each in reviewed.review.findings]
    assert remedies == [(Fault.CHANGED, Remedy.MENDED), (Fault.ADDED, Remedy.PUT_BACK)]


async def test_an_old_finding_stands_where_the_writer_left_the_run_alone() -> None:
    untouched = write_answer({**BAD, 3: "Wait here."})
    reviewed, _ = await review(ScriptedLLM((FOUND, FINE)), (untouched,))
    assert shown(reviewed) == {**AUTHORS, 3: "Wait here."}
    assert reviewed.verdict is Verdict.PARTLY_ORIGINAL


async def test_a_reader_that_always_objects_is_asked_twice_at_most() -> None:
    reader = JudgingLLM(lambda original, _: f'fault="dropped"><source>{original}</source>')
    reviewed, writer = await review(reader)
    assert shown(reviewed)[2] == AUTHORS[2]
    assert (len(writer.asked), len(reader.asked)) == (1, 2)


async def test_invented_quotes_change_nothing() -> None:
    reviewed, writer = await review(ScriptedLLM((INVENTED,)))
    assert shown(reviewed) == BAD
    assert reviewed.review is None
    reviewed, writer = await review(
        ScriptedLLM((INVENTED.replace("</section>", "<fine/></section>"),))
    )
    assert shown(reviewed) == BAD
    assert reviewed.verdict is Verdict.PASSED
    assert reviewed.review is not None
    assert reviewed.review.ignored == 1
    assert writer.asked == []


@pytest.mark.parametrize(
    ("answer", "held_back"),
    [
        ("", None),
        ("I am sorry, I cannot help with that.", None),
        ("You are an idiot. " + "<" * 5000, None),
        (FOUND.replace("balance", "another"), None),
        (FINE.removesuffix("</section>"), None),
        (StopReason.REFUSAL, None),
        (StopReason.OTHER, None),
        (OUTAGE, None),
        (RuntimeError("a bug"), None),
        (BUDGET, HeldBack.BUDGET),
        (LLMUnavailable("claude", Failure.STOPPED), HeldBack.STOPPED),
    ],
)
async def test_without_an_answer_the_verified_text_stands_unreviewed(
    answer: Answer, held_back: HeldBack | None
) -> None:
    reviewed, writer = await review(ScriptedLLM((answer,)))
    assert shown(reviewed) == BAD
    assert reviewed.review is None
    assert reviewed.verdict is Verdict.NONE
    assert reviewed.held_back is held_back
    assert writer.asked == []


async def test_offline_reads_nothing() -> None:
    reviewed, _ = await review(OfflineLLM())
    assert reviewed.review is None


async def test_a_slow_reader_costs_the_deadline_and_no_more() -> None:
    reader = JudgingLLM(find_planted, delay_s=60)
    started = asyncio.get_running_loop().time()
    reviewed, _ = await review(reader, seconds=0.05)
    assert shown(reviewed) == BAD
    assert reviewed.review is None
    assert asyncio.get_running_loop().time() - started < 30
    reviewed, _ = await review(reader, seconds=-1)
    assert reviewed.review is None
    assert len(reader.asked) == 1


async def test_without_a_second_reading_the_repair_counts_as_unreviewed() -> None:
    reviewed, _ = await review(ScriptedLLM((FOUND, BUDGET)))
    assert shown(reviewed) == GOOD
    assert reviewed.review is None
    assert reviewed.held_back is HeldBack.BUDGET
    assert reviewed.reading == Usage(100, 10, 1)


async def test_but_what_was_found_and_left_is_not_shown() -> None:
    untouched = write_answer({**BAD, 3: "Wait here."})
    reviewed, _ = await review(ScriptedLLM((FOUND, OUTAGE)), (untouched,))
    assert shown(reviewed) == {**AUTHORS, 3: "Wait here."}
    assert reviewed.review is None


async def test_a_translation_falls_back_as_a_whole_and_says_why() -> None:
    plan = make_plan(TRANSLATE, language="fr")
    reviewed, _ = await review(JudgingLLM(find_planted), (OUTAGE,), plan=plan)
    assert reviewed.rewrite is None
    assert reviewed.verdict is Verdict.NONE
    assert reviewed.review is not None
    assert [each.fault for each in reviewed.review.findings] == [Fault.CHANGED]
    assert [each.check for each in reviewed.differences] == [CheckName.REVIEW]


async def test_a_finding_on_a_note_drops_the_note() -> None:
    plan = make_plan(SIMPLIFY, PRIMER)
    brief, draft = make_draft(GOOD, (TIP, Note("primer", "Wait and see.", None)), plan)
    said = (
        '<section id="balance"><finding note="5" fault="added"><quote>turning</quote>'
        "No.</finding></section>"
    )
    deadline = asyncio.get_running_loop().time() + 20
    reader = Reader(ScriptedLLM((said,)))
    reviewed = await review_section(ScriptedLLM((OUTAGE,)), reader, brief, draft, deadline=deadline)
    assert reviewed.rewrite is not None
    assert reviewed.rewrite.answers == GOOD
    assert [note.text for note in reviewed.rewrite.notes] == ["Wait and see."]
    assert reviewed.verdict is Verdict.PASSED  # no word that is shown was mended
    assert reviewed.review is not None
    assert reviewed.review.findings[0].remedy is Remedy.LEFT_OUT


async def test_words_that_are_the_authors_need_no_reader() -> None:
    reader = ScriptedLLM((FOUND,))
    reviewed, _ = await review(reader, answers=make_authors())
    assert reviewed.verdict is Verdict.PASSED
    assert reader.asked == []


async def test_a_repair_that_takes_the_authors_words_is_a_repair() -> None:
    own = {**make_authors(), 2: AUTHORS[2]}
    reader = JudgingLLM(find_planted)
    reviewed, _ = await review(reader, (write_answer(own),), answers={**own, 2: BAD[2]})
    assert shown(reviewed) == own
    assert reviewed.verdict is Verdict.REPAIRED
    assert len(reader.asked) == 1


def make_authors() -> dict[int, str]:
    _, draft = make_draft()
    return {index: run.masked for index, run in enumerate(draft.section.runs)}


async def test_the_third_answer_of_the_writer_is_the_last() -> None:
    brief, draft = make_draft(BAD)
    draft = Draft(draft.section, draft.rewrite, answers=3)
    writer = ScriptedLLM((write_answer(GOOD),))
    deadline = asyncio.get_running_loop().time() + 20
    reader = Reader(JudgingLLM(find_planted))
    reviewed = await review_section(writer, reader, brief, draft, deadline=deadline)
    assert shown(reviewed) == AUTHORS
    assert writer.asked == []


async def test_who_takes_over_after_the_repair_only_reads_it() -> None:
    kept = list[Draft]()

    async def crash(mended: Draft) -> None:
        kept.append(mended)
        raise ClaimLost

    brief, draft = make_draft(BAD)
    deadline = asyncio.get_running_loop().time() + 20
    reader = Reader(JudgingLLM(find_planted))
    writer = ScriptedLLM((write_answer(GOOD),))
    with pytest.raises(ClaimLost):
        await review_section(writer, reader, brief, draft, deadline=deadline, keep=crash)

    (mended,) = kept
    assert (mended.rewrite.answers, mended.answers) == (GOOD, 2)
    reviewed = await review_section(writer, reader, brief, mended, deadline=deadline)
    assert reviewed.verdict is Verdict.REPAIRED
    assert reviewed.review is not None
    assert reviewed.review.input_tokens == 400
    assert len(writer.asked) == 1


async def test_a_lost_claim_is_the_callers_to_know() -> None:
    with pytest.raises(ClaimLost):
        await review(ScriptedLLM((ClaimLost(),)))


async def test_a_stubborn_reader_is_treated_as_absent() -> None:
    brief, draft = make_draft(BAD)
    llm = JudgingLLM(find_planted)
    reader, writer = Reader(llm), ScriptedLLM((OUTAGE,))
    deadline = asyncio.get_running_loop().time() + 20
    for _ in range(50):
        reviewed = await review_section(writer, reader, brief, draft, deadline=deadline)
        assert reviewed.verdict is Verdict.PARTLY_ORIGINAL
    reviewed = await review_section(writer, reader, brief, draft, deadline=deadline)
    assert shown(reviewed) == BAD
    assert reviewed.review is None
    assert len(llm.asked) == 50


def complete(stop_reason: StopReason = StopReason.END) -> Completed:
    return Completed(stop_reason, "claude", "reader", 100, 10)


def test_a_batchs_answer_is_read_and_concluded_without_another_call() -> None:
    brief, draft = make_draft(BAD)
    assert write_request(brief, [draft]).messages[0].text.count("<pair ") == 2
    (reading,) = judge_readings(FOUND, complete(), [draft])
    found = Finding(Fault.CHANGED, "Gone.", run=2, quote="whenever", source="only when")
    assert reading == Reading(
        is_answered=True, findings=(found,), model="reader", usage=Usage(100, 10, 1)
    )
    assert shown(conclude(brief, draft, reading)) == AUTHORS
    assert conclude(brief, draft, Reading()).review is None


@pytest.mark.parametrize(
    ("stop_reason", "is_fine"),
    [(StopReason.LENGTH, True), (StopReason.REFUSAL, False), (StopReason.OTHER, False)],
)
def test_what_closed_before_a_cut_counts_and_nothing_of_a_refusal(
    stop_reason: StopReason, *, is_fine: bool
) -> None:
    _, draft = make_draft(BAD)
    (reading,) = judge_readings(f'{FINE}<section id="', complete(stop_reason), [draft])
    assert reading.is_fine is is_fine
