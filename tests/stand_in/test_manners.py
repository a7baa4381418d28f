"""What a test may rely on when it asks the stand-in for a manner or a fault."""

import re

import pytest

from tests.stand_in.behaviour import Behaviour, Rule
from tests.stand_in.domain import Fault, Manner, Note
from tests.stand_in.mangling import spoil_section
from tests.stand_in.manners import SIMPLE_PREFIX, answer_run
from tests.stand_in.protocol import Answered, Part, read_sections

TEXT = (
    "The **Orin Nano** has 8 GB &amp; a [guide]⟦1⟧, so the small model will often run at 20 fps "
    "on ⟦2⟧ while the _x86_ box and _edge_ boards wait in [maps]⟦4⟧.\n\nIt is ⟦3⟧."
)
USER = f"""Rules first.
<section id="setup">
<run id="1" kind="heading">Set up ⟦1⟧</run>
<run id="2" kind="passage">{TEXT}</run>
<block id="3" kind="code">a &lt; b</block>
<legend>⟦1⟧ = link: (guide.md)</legend>
</section>
<section id="notes-only">
<block id="4" kind="prose">Nothing to answer.</block>
</section>
And then the difference."""

# What a manner may never touch: placeholders, numbers, entities, Markdown marks, line ends.
KEPT = re.compile(r"⟦\d+⟧|\d+|&\w+;|[*_\[\]\n]")

TEXT_FAULTS = [
    fault
    for fault in Fault
    if not fault.startswith(("http_", "error_"))
    and fault
    not in {
        Fault.QUOTA, Fault.NO_CREDIT, Fault.HANG, Fault.CUT, Fault.HALF_EVENT, Fault.NO_END,
        Fault.MALFORMED_EVENT, Fault.STALL, Fault.TRUNCATE, Fault.WINDOW, Fault.ODD_STOP,
        Fault.NO_USAGE, Fault.REFUSE, Fault.REFUSAL_DELTA,
        Fault.EXPIRE, Fault.BATCH_REFUSED, Fault.BATCH_FAILED,
    }
]  # fmt: skip


@pytest.mark.parametrize("manner", Manner)
def test_manner_keeps_what_must_survive(manner: Manner) -> None:
    answer = answer_run(manner, TEXT)
    assert KEPT.findall(answer) == KEPT.findall(TEXT)


def test_each_manner_does_what_it_is_called() -> None:
    assert answer_run(Manner.FAITHFUL, TEXT) == TEXT
    assert answer_run(Manner.SIMPLIFIED, TEXT) == SIMPLE_PREFIX + TEXT
    assert 0.7 < len(answer_run(Manner.SHORTENED, TEXT)) / len(TEXT) < 1
    urdu = answer_run(Manner.URDU, TEXT)
    assert re.findall("[A-Za-z]+", urdu) == ["GB", "amp", "fps", "x"]


def test_text_without_words_is_left_alone() -> None:
    for manner in Manner:
        assert answer_run(manner, "⟦1⟧ = 42") == "⟦1⟧ = 42"


def test_sections_are_read_and_answered_in_the_protocol() -> None:
    behaviour = Behaviour(notes=(Note("hardware", "8 < 16", section="n*"),))
    assert [section.id for section in read_sections(USER)] == ["setup", "notes-only"]
    assert behaviour.answer(USER, ()) == (
        '<section id="setup">\n<run id="1">Set up ⟦1⟧</run>\n'
        f'<run id="2">{TEXT}</run>\n</section>\n'
        '<section id="notes-only">\n'
        '<note kind="hardware" after="4">8 &lt; 16</note>\n</section>'
    )


@pytest.mark.parametrize("fault", TEXT_FAULTS)
def test_every_fault_of_the_text_spoils_it(fault: Fault) -> None:
    rule = Rule(fault, None, "*", None)
    assert Behaviour().answer(USER, [rule]) != Behaviour().answer(USER, ())


def test_faults_prefer_prose_to_headings() -> None:
    runs = (Part("run", "1", "heading", "A ⟦1⟧"), Part("run", "2", "item", "An ⟦2⟧"))
    spoiled = spoil_section(Fault.DROP_PLACEHOLDER, Answered("a", runs))
    assert [run.text for run in spoiled.runs] == ["A ⟦1⟧", "An "]


def test_fault_of_one_section_leaves_the_others() -> None:
    two = USER.replace('"notes-only"', '"other"').replace("block", "run")
    answer = Behaviour().answer(two, [Rule(Fault.ADD_URL, None, "oth*", None)])
    first, second = answer.split("</section>")[:2]
    assert "invented.example" not in first
    assert "invented.example" in second


def test_rewrites_to_be_read_are_fine() -> None:
    user = (
        '<section id="a"><pair id="1" kind="passage"><original>A.</original>'
        '<rewrite>B.</rewrite></pair></section><section id="b"><note id="2" kind="x">C.</note>'
        "</section>"
    )
    read = '<section id="a"><fine/></section><section id="b"><fine/></section>'
    assert Behaviour().answer(user, ()) == read


def test_rule_counts_the_calls_it_is_about() -> None:
    behaviour = Behaviour(rules=[Rule(Fault.CUT, {2}, "setup", "openai")])
    faults = [
        bool(behaviour.find_rules(provider, ids))
        for provider, ids in [
            ("openai", ["setup"]),
            ("anthropic", ["setup"]),
            ("openai", ["other"]),
            ("openai", ["other", "setup"]),
            ("openai", ["setup"]),
        ]
    ]
    assert faults == [False, False, False, True, False]
