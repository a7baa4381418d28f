"""What is done about findings: told to the writer, carried over a repair, put back."""

import pytest

from server.generation.review.domain import (
    Draft,
    Fault,
    Finding,
    Remedy,
    Review,
    Verdict,
    read_review,
    write_review,
)
from server.generation.review.remedies import (
    carry_over,
    holds_together,
    put_back,
    write_differences,
)
from server.generation.rewriting.domain import CheckName, Note, SectionRewrite
from tests.generation.review.samples import BAD, GOOD, TIP, make_draft
from tests.generation.rewriting.samples import CONDENSE, TRANSLATE, make_plan

CONDITION = Finding(
    Fault.CHANGED, "It holds always now.", run=2, quote="whenever", source="only when"
)
LOST = Finding(Fault.DROPPED, "", run=1, source="costs a lot")
TURNING = Finding(Fault.ADDED, "No.", note=0, quote="turning force")
OTHER = Note("primer", "Wait means to do nothing.", None)


def rewrite(answers: dict[int, str] = BAD, *notes: Note) -> SectionRewrite:
    return SectionRewrite(answers, notes, "claude", "m")


def test_the_writer_is_told_by_its_own_numbers() -> None:
    _, draft = make_draft(BAD, (TIP,))
    told = write_differences((CONDITION, LOST, TURNING), draft.section, draft.rewrite)
    assert {each.check for each in told} == {CheckName.REVIEW}
    assert [each.sentence for each in told] == [
        "run 4 says something else than the author; it says “whenever”; "
        "the author says “only when”. It holds always now.",
        "run 2 leaves out what the author says; the author says “costs a lot”",
        "the note “Torque is a turning force.” claims what nothing supports; "
        "it says “turning force”. No.",
    ]


@pytest.mark.parametrize(
    ("finding", "after", "stands"),
    [
        (CONDITION, BAD, True),
        (CONDITION, {**BAD, 2: BAD[2].replace("Use", "Call")}, True),
        (CONDITION, {**BAD, 2: GOOD[2]}, False),
        (CONDITION, {**BAD, 1: "Something else."}, True),
        (LOST, BAD, True),
        (LOST, {**BAD, 1: "It costs a lot & must not fall."}, False),
    ],
)
def test_what_the_repair_left_word_for_word_stands(
    finding: Finding, after: dict[int, str], stands: bool
) -> None:
    (carried,) = carry_over([finding], rewrite(), rewrite(after))
    assert carried.remedy is (None if stands else Remedy.MENDED)


def test_a_quote_that_stands_elsewhere_too_is_mended_where_it_went() -> None:
    before = rewrite({0: "You may stop, and you may wait."})
    may = Finding(Fault.CHANGED, "", run=0, quote="may", source="must")
    (carried,) = carry_over([may], before, rewrite({0: "You must stop, and you may wait."}))
    assert carried.remedy is Remedy.MENDED


@pytest.mark.parametrize(
    ("notes", "note", "remedy"),
    [
        ((TIP,), 0, None),
        ((OTHER, TIP), 1, None),
        ((Note("primer", "A turning force, no more.", None),), 0, None),
        ((OTHER,), 0, Remedy.MENDED),
        ((), 0, Remedy.MENDED),
    ],
)
def test_a_finding_follows_its_note(
    notes: tuple[Note, ...], note: int, remedy: Remedy | None
) -> None:
    (carried,) = carry_over([TURNING], rewrite(BAD, TIP), rewrite(BAD, *notes))
    assert (carried.note, carried.remedy) == (note, remedy)


def test_the_run_is_the_authors_and_the_others_stay() -> None:
    brief, draft = make_draft(BAD, (TIP, OTHER))
    result = put_back([CONDITION, TURNING], draft.rewrite, draft.section, brief)
    assert result is not None
    assert result.answers == {**BAD, 2: "Run ⟦1⟧ only when the torque exceeds 5 N m."}
    assert result.notes == (OTHER,)
    assert put_back([], draft.rewrite, draft.section, brief) == draft.rewrite


def test_in_a_translation_the_section_is_the_authors_but_a_note_just_goes() -> None:
    brief, draft = make_draft(BAD, (TIP,), make_plan(TRANSLATE, language="ur"))
    assert put_back([CONDITION], draft.rewrite, draft.section, brief) is None
    without = put_back([TURNING], draft.rewrite, draft.section, brief)
    assert without == rewrite(BAD)


def test_where_it_does_not_hold_together_the_section_is_the_authors() -> None:
    brief, draft = make_draft({**BAD, 1: "No `code` of ours, & no more."})
    assert put_back([CONDITION], draft.rewrite, draft.section, brief) is None


def test_the_whole_is_checked_without_limits_of_length() -> None:
    long = "A sentence of the author's with many words in it. " * 40
    text = f"## Head\n\nShort one.\n\n- item\n\n{long}\n"
    brief, draft = make_draft(
        {0: "Head", 1: "", 2: "item", 3: "Brief."}, (), make_plan(CONDENSE), text
    )
    assert put_back([Finding(Fault.DROPPED, "", run=1)], draft.rewrite, draft.section, brief)
    assert holds_together(draft.section, draft.rewrite, brief)


def test_a_review_is_json_and_back() -> None:
    review = Review(
        Verdict.PARTLY_ORIGINAL,
        "reader",
        "d" * 64,
        (CONDITION, LOST, Finding(Fault.ADDED, "x", note=1, quote="y", remedy=Remedy.LEFT_OUT)),
        ignored=2,
        input_tokens=3,
        output_tokens=4,
    )
    written = write_review(review)
    assert written["verdict"] == "partly_original"
    assert read_review(written) == review
    assert read_review({**written, "newer": 1}) == review
    assert review.standing == (CONDITION, LOST)


def test_three_answers_of_the_writer_are_all_there_are() -> None:
    _, draft = make_draft()
    assert [Draft(draft.section, draft.rewrite, n).may_be_repaired for n in (1, 2, 3)] == [
        True,
        True,
        False,
    ]
