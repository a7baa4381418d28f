"""What models do to a run without meaning harm: mended, caught by name, or harmless."""

import pytest

from server.book.chapters.domain import Dialect, Section
from server.book.chapters.joiner import join_section
from server.generation.rewriting.answers import settle_answer
from server.generation.rewriting.domain import Brief, CheckName
from server.generation.rewriting.protocol import read_reply, write_section
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.generation.rewriting.corpus import list_protected
from tests.generation.rewriting.samples import TRANSLATE, make_brief, make_plan
from tests.stand_in import Fault, Manner
from tests.stand_in.behaviour import Behaviour, Rule

TEXT = """## Set up the arm

The arm of the ROS2 kit has 16 GB and runs at 50 Hz. Start `ros2 launch` first. Then read
[the guide](guide.md) and [the notes](notes.md), and mind that robot_state is set in setup.py.

- Open a terminal and type `ls`.
- Read every line of it slowly.

| Part | Job |
| --- | --- |
| Sensor | Sees the whole `scene` |
| Motor | Moves the arm |

> Never put a hand near the `gripper`.

### Last

Press the red button.
"""
BRIEFS = {
    "simplify": make_brief(TEXT, dialect=Dialect.DOCUSAURUS),
    "urdu": make_brief(TEXT, make_plan(TRANSLATE, language="ur"), dialect=Dialect.DOCUSAURUS),
}
MANNERS = {"simplify": Manner.SIMPLIFIED, "urdu": Manner.URDU}
MENDED = (Fault.SQUARE_BRACKETS, Fault.TRANSLATE_DIGITS, Fault.SPACED_BRACKETS, Fault.WRAPPED_RUN)
CAUGHT = {
    Fault.DROP_PLACEHOLDER: CheckName.PLACEHOLDERS,
    Fault.DOUBLE_PLACEHOLDER: CheckName.PLACEHOLDERS,
    Fault.INVENT_PLACEHOLDER: CheckName.PLACEHOLDERS,
    Fault.RENUMBER_PLACEHOLDERS: CheckName.PLACEHOLDERS,
    Fault.ROUND_BRACKETS: CheckName.PLACEHOLDERS,
    Fault.CURLY_BRACKETS: CheckName.PLACEHOLDERS,
    Fault.NAME_PLACEHOLDERS: CheckName.PLACEHOLDERS,
    Fault.SWAP_PLACEHOLDERS: CheckName.LABELS,  # a link's target beside no label
    Fault.QUOTED_RUN: CheckName.LINES,
    Fault.REPEAT_SENTENCES: CheckName.REPETITION,
    Fault.CHANGE_UNIT: CheckName.UNITS,
    Fault.LOSE_IDENTIFIER: CheckName.IDENTIFIERS,
    Fault.OMIT_RUN: CheckName.COMPLETENESS,
    Fault.MERGE_RUNS: CheckName.COMPLETENESS,
    Fault.MERGE_RUNS_EMPTY: CheckName.COMPLETENESS,
}
PLAN = pytest.mark.parametrize("plan", BRIEFS)


def answer(brief: Brief, plan: str, fault: Fault) -> tuple[Section, dict[int, str]]:
    """The section's answers with the fault, settled as the service settles them."""
    (section,) = brief.chapter.sections
    behaviour = Behaviour(MANNERS[plan])
    text = behaviour.answer(write_section(section, answerable=True), [Rule(fault, None, "*", None)])
    reply = read_reply(text, section)
    assert reply is not None
    assert reply.faults == ()
    return section, {
        index: settle_answer(given, section.runs[index], brief.plan.language)
        for index, given in reply.runs.items()
    }


@PLAN
@pytest.mark.parametrize("fault", MENDED)
def test_a_slip_is_mended_without_a_call(plan: str, fault: Fault) -> None:
    section, answers = answer(BRIEFS[plan], plan, fault)

    assert find_differences(Candidate(section, answers, BRIEFS[plan])) == ()
    assert list_protected(join_section(section, answers)) == list_protected(section.source)


@PLAN
@pytest.mark.parametrize("fault", CAUGHT)
def test_a_fault_is_caught_by_its_name(plan: str, fault: Fault) -> None:
    section, answers = answer(BRIEFS[plan], plan, fault)
    differences = find_differences(Candidate(section, answers, BRIEFS[plan]))

    assert CAUGHT[fault] in {difference.check for difference in differences}


@PLAN
@pytest.mark.parametrize("fault", [Fault.CUT_RUN, Fault.SWAP_TARGETS])
def test_what_is_shown_has_all_that_is_protected(plan: str, fault: Fault) -> None:
    section, answers = answer(BRIEFS[plan], plan, fault)

    if not find_differences(Candidate(section, answers, BRIEFS[plan])):
        assert list_protected(join_section(section, answers)) == list_protected(section.source)


def test_swapped_targets_are_caught_where_the_labels_are_known() -> None:
    """In another language nothing says which label is which; what is protected is all there."""
    section, answers = answer(BRIEFS["simplify"], "simplify", Fault.SWAP_TARGETS)
    differences = find_differences(Candidate(section, answers, BRIEFS["simplify"]))

    assert {difference.check for difference in differences} == {CheckName.SWAPS}


@pytest.mark.parametrize(
    ("plan", "manner"),
    [("simplify", Manner.URDU), ("simplify", Manner.FRENCH), ("urdu", Manner.FRENCH)],
)
def test_another_language_than_the_plans_is_caught(plan: str, manner: Manner) -> None:
    brief = BRIEFS[plan]
    (section,) = brief.chapter.sections
    text = Behaviour(manner).answer(write_section(section, answerable=True), ())
    reply = read_reply(text, section)

    assert reply is not None
    checks = {each.check for each in find_differences(Candidate(section, reply.runs, brief))}
    assert checks & {CheckName.LANGUAGE, CheckName.UNTRANSLATED}


@pytest.mark.parametrize(
    "glued",
    [
        "7https://evil.example/x",
        "armhttps://evil.example",
        "so_https://evil.example",
        "so_www.evil.example",
    ],
)
def test_an_address_is_seen_whatever_stands_before_it(glued: str) -> None:
    """GFM makes a link of one that a digit or an underscore touches."""
    brief = make_brief("The robot has 7 arms, so it is quick.\n")
    (section,) = brief.chapter.sections
    given = {0: f"The robot has 7 arms, so it is quick: {glued} says it."}

    checks = {each.check for each in find_differences(Candidate(section, given, brief))}
    assert CheckName.ADDRESSES in checks
