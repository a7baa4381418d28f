"""Rules, transformations and verifier say the same, where a program can tell."""

import re

import pytest

from server.generation.rewriting.domain import (
    CONDENSED_FROM,
    GROWTH_SLACK,
    MOST_CONDENSED,
    MOST_GROWTH,
    MOST_NOTES,
    Note,
    rank_notes,
)
from server.generation.rewriting.prompts import CONDENSING, write_brief
from server.generation.rewriting.protocol import RULES
from server.plan.recipes.service import load_catalogue
from server.plan.transformations.domain import NOTE_KINDS, Adds, Transformation
from tests.generation.rewriting.samples import make_chapter, make_plan

CATALOGUE = load_catalogue().transformations
NAMED_KIND = re.compile(r"kind `(\w+)`")
MORE_NOTES = re.compile(r"more than (\w+) notes?\b")


def test_the_rules_say_the_limits_that_are_checked() -> None:
    assert f"at most {MOST_GROWTH} times the author's words, and {GROWTH_SLACK} more" in RULES
    assert f"A section has at most {MOST_NOTES}," in RULES
    assert f"{CONDENSED_FROM} words" in CONDENSING
    assert f"{MOST_CONDENSED} %" in CONDENSING
    assert "{" not in RULES


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.id)
def test_an_instruction_speaks_of_the_kinds_of_note_that_it_asks_for(each: Transformation) -> None:
    named = set(NAMED_KIND.findall(each.instruction))
    assert named <= each.note_kinds <= NOTE_KINDS


def test_the_rules_say_which_notes_come_first_and_where_they_stand() -> None:
    assert "`hardware` comes first, then what comes earlier in the list below" in RULES
    assert "A `walkthrough` stands behind its listing" in RULES
    asked = dict.fromkeys(kind for each in CATALOGUE for kind in each.note_kinds)
    notes = [Note(kind, "Mind it.", None) for kind in reversed(asked)]
    ranked = [note.kind for note in rank_notes(notes, make_plan(*CATALOGUE))]
    assert ranked[:4] == ["hardware", "walkthrough", "primer", "analogy"]
    assert ranked[1:] == [kind for kind in asked if kind != "hardware"]


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.id)
def test_no_instruction_allows_more_notes_than_the_rules(each: Transformation) -> None:
    assert set(MORE_NOTES.findall(each.instruction)) <= {"one"}


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.id)
def test_no_instruction_has_a_length_of_its_own_for_the_authors_words(each: Transformation) -> None:
    """Lengths of a rewrite are the rules'; a note's is its transformation's."""
    assert "times the original" not in each.instruction
    assert (CONDENSING in write_brief(make_chapter("# A\n\nB.\n"), make_plan(each)).system) is (
        each.condenses
    )


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.id)
def test_who_adds_notes_alone_does_not_forbid_what_others_change(each: Transformation) -> None:
    assert "Leave the author's text alone" not in each.instruction
    if each.adds is Adds.NOTES:
        assert "This instruction adds notes and changes no word." in each.instruction


def test_numbers_may_be_words_in_the_rules_as_in_the_verifier() -> None:
    assert "written in words or with the digits 0 to 9" in RULES
    assert not any("up to twelve" in each.instruction for each in CATALOGUE)
