"""Faults that a second reader is to find: one in each text, and nothing else changed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.insight.evaluation.planted import Planted, PlantedKind, plant, plant_each


def spoil(kind: PlantedKind, text: str) -> set[str]:
    """All that the seeds make of a text."""
    planted = (plant(kind, text, seed) for seed in range(20))
    return {each.text for each in planted if each is not None}


@pytest.mark.parametrize(
    ("kind", "text", "spoiled"),
    [
        ("negation", "The robot does not fall.", "The robot does fall."),
        ("negation", "You can’t stop ⟦1⟧.", "You can stop ⟦1⟧."),
        ("negation", "Never open it.", "Always open it."),
        ("negation", "The sensor is late. Look.", "The sensor is not late. Look."),
        ("negation", "The joints can turn.", "The joints cannot turn."),
        ("quantity", "Every joint has a limit.", "Hardly any joint has a limit."),
        ("quantity", "Keep at least 2 metres.", "Keep at most 2 metres."),
        ("quantity", "Only the distance counts.", "Mostly the distance counts."),
        ("obligation", "You must wait.", "You may wait."),
        ("obligation", "You may wait.", "You must wait."),
        ("obligation", "It must not move.", "It need not move."),
        ("condition", "If it is hot, stop the motor.", "Stop the motor."),
        ("condition", "Wait. When it is hot, then stop ⟦1⟧.", "Wait. Stop ⟦1⟧."),
        ("condition", "Stop ⟦1⟧ only when it is hot.", "Stop ⟦1⟧."),
        ("condition", "Go on, unless somebody stands there.", "Go on."),
        ("cause", "It fails because the clock drifts.", "It fails."),
        ("cause", "Because of the delay, it overshoots.", "It overshoots."),
        ("cause", "It stops, since the battery is empty.", "It stops."),
        ("subjects", "The sensor tells the motor.", "The motor tells the sensor."),
        ("subjects", "A node sends messages to a topic.", "A topic sends messages to a node."),
        ("comparison", "It is faster than ⟦1⟧.", "It is slower than ⟦1⟧."),
        ("comparison", "Wait before you start.", "Wait after you start."),
        (
            "definition",
            "The goal is to maximise its cumulative reward, called the expected return.",
            "The goal, called the expected return, is to maximise its cumulative reward.",
        ),
        (
            "definition",
            "A **topic** is a channel for data. A **node** is a program that runs.",
            "A **node** is a channel for data. A **topic** is a program that runs.",
        ),
        (
            "definition",
            "The angle is called pitch. The other is called yaw.",
            "The angle is called yaw. The other is called pitch.",
        ),
    ],
)
def test_a_fault_of_each_kind(kind: str, text: str, spoiled: str) -> None:
    assert spoil(PlantedKind(kind), text) == {spoiled}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("negation", "Not only ⟦1⟧ counts."),
        ("negation", "Is it late?"),
        ("quantity", "Nothing here."),
        ("obligation", "It runs in May and stops in June."),
        ("condition", "It looks as if it works."),
        ("condition", "See what happens when it works?"),
        ("condition", "Stop if ⟦1⟧ is above 5."),
        ("cause", "It has run since 2015."),
        ("subjects", "The sensor and the motor."),
        ("subjects", "The motor drives the motor."),
        ("comparison", "It is more or less done, after all."),
        ("definition", "A node is a program."),
        ("definition", "This is called the expected return."),
        ("condition", ""),
    ],
)
def test_where_there_is_no_place_for_one_there_is_none(kind: str, text: str) -> None:
    assert plant(PlantedKind(kind), text) is None


def test_a_seed_always_gives_the_same_fault_and_seeds_differ() -> None:
    text = "It must stop. You must wait. We must go. They must stay."
    first = plant(PlantedKind.OBLIGATION, text, 1)
    assert first == plant(PlantedKind.OBLIGATION, text, 1)
    assert len(spoil(PlantedKind.OBLIGATION, text)) == 4


def test_what_differs_is_told() -> None:
    text = "Go on. You must wait, since 5.5 V is much. Stop."
    assert plant(PlantedKind.OBLIGATION, text) == Planted(
        PlantedKind.OBLIGATION,
        "Go on. You may wait, since 5.5 V is much. Stop.",
        before="You must wait, since 5.5 V is much.",
        after="You may wait, since 5.5 V is much.",
    )


PARTS = (
    "If it is hot, the robot must never send more than 5 messages to a topic because ⟦1⟧ waits.",
    *("called the **centre**", ".", "?", "all", "every", "A node means a thing.", "not", "*", "\n"),
)
WORDS = st.sampled_from(PARTS)


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(), st.integers(0, 5))
def test_what_programs_see_stays(text: str, seed: int) -> None:
    for planted in plant_each(text, seed):
        assert planted.text != text
        for marks in (r"⟦\d+⟧", r"\d+", r"[*_`]"):
            assert sorted(re.findall(marks, planted.text)) == sorted(re.findall(marks, text))
