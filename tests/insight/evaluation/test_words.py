"""Numbers, terms and untranslated words: what is lost is named, what is kept is counted."""

import socket

import pytest

from server.book.chapters.domain import RunKind
from server.book.glossary.domain import Term
from server.insight.evaluation.domain import Passage
from server.insight.evaluation.readability import read_level
from server.insight.evaluation.words import compare_numbers, compare_terms, measure_untranslated
from server.plan.recipes.domain import Plan, PlanStep
from server.plan.transformations.domain import Adds, Transformation

TRANSLATION = Transformation(
    id="t",
    title="t",
    why="t",
    order=1,
    adds=Adds.BOTH,
    instruction="t",
    facts=(),
    condenses=False,
    translates=True,
    digest="t",
)
ROS = Term("ROS 2", "A framework.", keep=True, translations=())
ACTUATOR = Term("actuator", "A motor.", keep=False, translations=(("ur", "محرک"),))
JOINT = Term("joint", "A hinge.", keep=False, translations=())


def plan_for(language: str) -> Plan:
    steps = () if language == "en" else (PlanStep(TRANSLATION, "t"),)
    return Plan(steps, language, "en", (ROS, ACTUATOR, JOINT))


def passages(before: str, after: str) -> list[Passage]:
    return [Passage(RunKind.PASSAGE, before, after)]


def test_lost_and_changed_numbers_are_missing() -> None:
    kept = compare_numbers(passages("5 V at 1.5 A, then 5 V and 20", "5 V at 1,5 A, then 20"))
    assert (kept.expected, kept.kept, kept.missing) == (4, 2, ["1.5", "5"])


def test_digits_of_another_script_are_the_same_number() -> None:
    assert compare_numbers(passages("45 kg", "۴۵ کلوگرام")).missing == []


def test_kept_terms_and_fixed_renderings_are_expected_where_they_occur() -> None:
    text = "ROS 2 moves the actuator and the joint."
    kept = compare_terms(passages(text, "ROS 2 محرکوں کو چلاتا ہے"), plan_for("ur"))
    assert (kept.expected, kept.missing) == (2, [])
    lost = compare_terms(passages(text, "یہ چلتا ہے"), plan_for("ur"))
    assert lost.missing == ["actuator → محرک", "ROS 2 → ROS 2"]
    assert lost.share == 0


def test_only_kept_terms_are_expected_in_the_same_language() -> None:
    kept = compare_terms(passages("ROS 2 and the actuator", "a robot"), plan_for("en"))
    assert kept.missing == ["ROS 2 → ROS 2"]


def test_letters_and_sentences_of_the_source_are_untranslated() -> None:
    before = "The robot walks to the door. It opens the door slowly."
    after = "The robot walks to the door. روبوٹ دروازہ آہستہ کھولتا ہے۔"
    measured = measure_untranslated(passages(before, after), plan_for("ur"))
    assert measured is not None
    assert (measured.sentences, measured.same_sentences) == (2, 1)
    assert measured.letter_share is not None
    assert 0.4 < measured.letter_share < 0.6


def test_kept_terms_are_no_missing_translation() -> None:
    measured = measure_untranslated(passages("ROS 2 runs.", "ROS 2 چلتا ہے"), plan_for("ur"))
    assert measured is not None
    assert measured.source_letters == 0


def test_languages_of_one_script_are_compared_by_sentences_alone() -> None:
    text = "The robot walks to the door."
    measured = measure_untranslated(passages(text, text), plan_for("fr"))
    assert measured is not None
    assert measured.letter_share is None
    assert measured.sentence_share == 1


def test_nothing_is_untranslated_where_nothing_was_to_be_translated() -> None:
    assert measure_untranslated(passages("a", "a"), plan_for("en")) is None


EASY = ["The cat sat on the mat. It saw a dog. The dog ran to the cat. They sat in the sun."] * 3
HARD = [
    "Proprioceptive state estimation necessitates simultaneous consideration of uncertain "
    "kinematic parameters, intermittent environmental contact, and asynchronous measurement."
] * 3


def test_harder_text_has_a_higher_school_year() -> None:
    easy, hard = read_level(EASY, "en"), read_level(HARD, "en")
    assert easy is not None
    assert hard is not None
    assert easy.grade is not None
    assert hard.grade is not None
    assert hard.grade > easy.grade + 8
    assert hard.ease < easy.ease


def test_no_level_needs_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something wanted to connect")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert read_level([*EASY, "The cat is gone now."], "en-GB") is not None


def test_other_languages_have_an_ease_or_nothing() -> None:
    french = read_level(["Le robot marche vers la porte et il ouvre la porte."] * 5, "fr-CA")
    assert french is not None
    assert french.grade is None
    assert read_level(["روبوٹ دروازے کی طرف چلتا ہے"] * 10, "ur") is None
    assert read_level(["Too short."], "en") is None


def test_list_items_without_a_full_stop_are_sentences() -> None:
    items = ["the robot walks to the door", "the robot opens the door", "the robot says hello"] * 3
    level = read_level(items, "en")
    assert level is not None
    assert level.grade is not None
    assert level.grade < 5
