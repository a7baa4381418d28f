"""A chapter shows so many notes, the first ones, in whatever order its sections come."""

from hypothesis import given
from hypothesis import strategies as st

from server.generation.editions.domain import Order
from server.generation.editions.service import name_edition
from server.generation.renditions.domain import SectionStatus, ShownSection
from server.generation.renditions.notes import NoteLimit, count_allowed
from server.generation.renditions.sections import show_rewrite
from server.generation.rewriting.domain import Note, SectionRewrite
from server.plan.transformations.domain import Adds
from tests.generation.rewriting.samples import (
    HARDWARE,
    SIMPLIFY,
    make_chapter,
    make_plan,
    make_transformation,
)

TEXT = "\n".join(f"## Part {number}\n\nThe memory is shared.\n" for number in range(6))
PRIMER = make_transformation("primer", adds=Adds.NOTES, note_kinds=frozenset({"primer"}))
ORDER = Order(name_edition(make_chapter(TEXT), make_plan(SIMPLIFY, HARDWARE), 0))


def show(index: int, notes: int | tuple[Note, ...], order: Order = ORDER) -> ShownSection:
    section = order.parts[index].section
    if isinstance(notes, int):
        texts = (f"Note {number} of {index}." for number in range(notes))
        notes = tuple(Note("hardware", text, None) for text in texts)
    answers = {place: run.masked for place, run in enumerate(section.runs)}
    rewrite = SectionRewrite(answers, notes, "claude", "m")
    return show_rewrite(section, rewrite, order.brief, SectionStatus.REWRITTEN)


@given(
    st.lists(st.integers(0, 2), min_size=6, max_size=6),
    st.permutations(range(6)),
    st.integers(1, 8),
)
def test_the_first_notes_are_shown_whatever_comes_first(
    notes: list[int], arrivals: list[int], allowed: int
) -> None:
    limit = NoteLimit(ORDER, allowed)
    shown = dict[int, int]()
    for index in arrivals:
        for ready in limit.take(index, show(index, notes[index])):
            assert ready.index not in shown
            shown[ready.index] = len(ready.section.notes)
            assert ready.section.markdown.count("Note ") == len(ready.section.notes)
    left, expected = allowed, list[int]()
    for wanted in notes:
        expected.append(min(wanted, left))
        left -= expected[-1]
    assert [shown[index] for index in range(6)] == expected


def test_a_section_without_notes_and_one_whose_notes_fit_wait_for_nobody() -> None:
    limit = NoteLimit(ORDER, 3)
    assert [each.index for each in limit.take(5, show(5, 0))] == [5]
    assert [each.index for each in limit.take(0, show(0, 2))] == [0]
    assert limit.take(2, show(2, 1)) == []  # the second may have two, and then none is left
    assert [each.index for each in limit.take(1, show(1, 0))] == [1, 2]


def test_places_are_kept_for_what_is_to_be_said_on_hardware() -> None:
    """Of three places one is kept: half of them, while a section ahead has a fact."""
    text = TEXT.replace("memory", "speed", 3)
    order = Order(name_edition(make_chapter(text), make_plan(SIMPLIFY, PRIMER, HARDWARE), 0))
    limit = NoteLimit(order, 3)
    two = tuple(Note("primer", f"Primer {number}.", None) for number in range(2))
    shown = [show(index, 0, order) for index in range(6)]
    shown[:2] = [show(index, two, order) for index in range(2)]
    shown[3] = show(3, 2, order)

    kept = [limit.take(index, each) for index, each in enumerate(shown)]

    assert [len(ready.section.notes) for (ready,) in kept] == [2, 0, 0, 1, 0, 0]


def test_a_long_chapter_may_show_one_note_for_every_400_words() -> None:
    assert count_allowed(ORDER) == 1
    words = " ".join(["word"] * 1250)
    chapter = make_chapter(f"# A\n\n{words}\n")
    assert count_allowed(Order(name_edition(chapter, make_plan(SIMPLIFY), 0))) == 3
