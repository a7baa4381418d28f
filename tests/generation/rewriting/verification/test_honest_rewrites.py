"""Honest work by hand: a false alarm costs a second call, and then the learner's chapter."""

import pytest

from server.plan.recipes.domain import Plan
from tests.generation.rewriting.samples import TRANSLATE, make_plan
from tests.generation.rewriting.verification.judging import (
    CHINESE,
    FRENCH,
    GERMAN,
    SHORTER,
    SIMPLER,
    TOPIC,
    URDF,
    URDU,
    judge,
    judge_run,
)

TEXT = "## Set up\n\nUse `a` and [the docs](https://example.org) now.\n\n- one thing\n"
PASSAGE = "Use ⟦1⟧ and [the docs]⟦2⟧ now."

NODES = (
    "A node publishes messages with `publish()` at 50 Hz. Other nodes subscribe to `/scan` and "
    "read them.\n\nThe formula $v = d / t$ gives the speed. See [the guide](guide.md) for more."
)


@pytest.mark.parametrize(
    "answer",
    [
        PASSAGE,
        "Now [the documentation]⟦2⟧ shows how ⟦1⟧ is used.",
        "⟦1⟧ comes first. See [the docs]⟦2⟧.",
        "A first paragraph.\n\nUse ⟦1⟧ and [the docs]⟦2⟧ now.\n\nAnd a third.",
        "Use **⟦1⟧** and *[the docs]⟦2⟧* now.",
        "Use ⟦1⟧ now, and\n[the docs]⟦2⟧ too.",
    ],
)
def test_words_around_spans_may_change(answer: str) -> None:
    assert judge(TEXT, {1: answer}) == []


@pytest.mark.parametrize(
    "answer",
    [
        # Two paragraphs become one.
        "A node publishes messages with ⟦1⟧ at 50 Hz. Other nodes subscribe to ⟦2⟧ and read them. "
        "The formula ⟦3⟧ gives the speed. See [the guide]⟦4⟧ for more.",
        # Two become four.
        "A node publishes messages with ⟦1⟧ at 50 Hz.\n\nOther nodes subscribe to ⟦2⟧ and read "
        "them.\n\nThe formula ⟦3⟧ gives the speed.\n\nSee [the guide]⟦4⟧ for more.",
        # Sentences change places, and their spans with them.
        "The formula ⟦3⟧ gives the speed. See [the guide]⟦4⟧ for more.\n\nOther nodes subscribe to "
        "⟦2⟧ and read them. A node publishes messages with ⟦1⟧ at 50 Hz.",
        # From active to passive.
        "Messages are published by a node with ⟦1⟧ at 50 Hz. They are read by other nodes, which "
        "subscribe to ⟦2⟧.\n\nThe speed is given by ⟦3⟧. More is in [the guide]⟦4⟧.",
        # A term is explained, and a unit is written out.
        "A node, which is a small program with one job, publishes messages with ⟦1⟧ fifty times a "
        "second (50 hertz). Other nodes subscribe to ⟦2⟧ and read them.\n\nHere is a simple rule: "
        "the formula ⟦3⟧ gives the speed. See [the guide]⟦4⟧ for more.",
    ],
)
def test_sentences_may_be_merged_split_moved_and_explained(answer: str) -> None:
    assert judge_run(NODES, answer) == []


def test_under_condensing_numbers_and_names_may_go() -> None:
    text = "The `lidar` spins at 600 rpm, which MoveIt reads from /scan_raw as 12.5 m 🚀 ranges."

    assert judge_run(text, "The ⟦1⟧ spins.", plan=SHORTER) == []


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("It has 3 wheels.", "It has three wheels."),
        ("It has two arms.", "It has 2 arms."),
        ("A team of twenty people.", "A team of 20 people."),
        ("Train for 1,000,000 steps.", "Train for 1 million steps."),
        ("It needs 20% of the power.", "It needs 20 % of the power, or 20 percent."),
        ("Between 5 V and 10 V.", "Between 5 and 10 V."),
        ("It turns at -5 degrees.", "It turns at minus 5 degrees."),
        ("The 1990s and the 2nd law.", "The years of the 1990s, and law number two."),
        ("It costs $5 here.\n\nThe value $x$ is good.", "It costs $5 here. The value ⟦1⟧ is good."),
        ("Force < 5 N.", "The force is below 5 N."),
        ("The product 3 * 4 is 12.", "3 * 4 makes 12."),
        ("This is an _edge_ case.", "This is an edge case."),
        ("Sorry, I have no robot, said Ada.", "Sorry, I have no robot, Ada said."),
        ("Below is a small loop.", "Here is a simplified loop."),
        ("Sim2Real helps Dr. McCarthy.", "Sim2Real helps Doctor McCarthy."),
        ("Runs on Ubuntu.\n\n```\nUbuntu 22.04\n```", "Runs on Ubuntu 22.04."),
        ("Cafe\u0301 robots wait.", "The cafe\u0301 robots wait."),
        ("1. is first", "The first is 1."),
    ],
)
def test_numbers_and_marks_may_be_written_in_other_ways(source: str, answer: str) -> None:
    assert judge_run(source, answer) == []


@pytest.mark.parametrize(
    ("plan", "source", "answer"),
    [
        (URDU, "Use `a` with 24 nodes.", "۲۴ نوڈز کے ساتھ ⟦1⟧ استعمال کریں۔"),
        (URDU, "Robots know 3.5 GHz and 20%.", "روبوٹ ۳٫۵ GHz اور ۲۰٪ جانتے ہیں۔"),
        (URDU, "They go home.", "وہ گھر جا رہے‌ہیں\u200f۔"),
        (URDU, "Train for 1 million steps.", "10 لاکھ قدموں تک تربیت دیں۔"),
        (URDU, "PyTorch, NumPy, GitHub", "PyTorch, NumPy, GitHub"),
        (GERMAN, "The motor driver board has 3.5 A.", "Die Motortreiberplatine hat 3,5\u202fA."),
        (GERMAN, "It moved 10,000 boxes.", "Es bewegte 10.000 Kisten."),
        (FRENCH, "Ready? It has 20% left!", "Prêt\u202f? Il reste 20\u00a0%\u202f!"),
        (FRENCH, "It moved 10,000 boxes.", "Il a déplacé 10 000 caisses."),
        (CHINESE, "Train it for 1,000,000 steps.", "训练一百万步，即100万步。"),
        (CHINESE, "The robot reads 7 sensors.", "机器人读取七个传感器。"),
        (
            make_plan(TRANSLATE, language="ur", terms=(URDF, TOPIC)),
            "A URDF names each topic of the robot.",
            "URDF روبوٹ کے ہر topic کو نام دیتا ہے۔",
        ),
        (
            make_plan(TRANSLATE, language="tr"),
            "The robot has 20% of its energy left.",
            "Robotun enerjisinin %20 kadarı kaldı.",
        ),
    ],
)
def test_a_translation_may_follow_its_language(plan: Plan, source: str, answer: str) -> None:
    assert judge_run(source, answer, plan=plan) == []


def test_emphasis_may_span_a_link_and_lose_its_marks() -> None:
    text = "The **[big guide](a.md)** is *good*."

    assert judge_run(text, "The [big guide]⟦1⟧ is **good**.", plan=SIMPLER) == []
    assert judge_run(text, "The **[big guide]⟦1⟧ is good**.", plan=SIMPLER) == []


def test_tags_may_move_together() -> None:
    text = "Press <i>A</i> and then <b>hold</b> it."

    assert judge_run(text, "⟦3⟧Hold⟦4⟧ it once you pressed ⟦1⟧A⟦2⟧.") == []
