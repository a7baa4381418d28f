"""Two texts told as one: what was kept, what was removed, what was added."""

from hypothesis import given
from hypothesis import strategies as st

from server.web.instructor.differences import MOST_WORDS, Fate, Stretch, compare_words

TEXTS = st.text(st.sampled_from("ab é,.\n’-⟦1⟧ سب"), max_size=60)


def tell(before: str, after: str) -> list[tuple[str, str]]:
    return [(each.fate.value, each.text) for each in compare_words(before, after)]


def join(stretches: tuple[Stretch, ...], left_out: Fate) -> str:
    return "".join(each.text for each in stretches if each.fate is not left_out)


@given(TEXTS, TEXTS)
def test_nothing_is_lost_and_nothing_made_up(before: str, after: str) -> None:
    stretches = compare_words(before, after)
    assert join(stretches, Fate.REMOVED) == after
    assert "".join(join(stretches, Fate.ADDED).split()) == "".join(before.split())


@given(TEXTS)
def test_the_same_text_has_not_changed(text: str) -> None:
    assert all(each.fate is Fate.KEPT for each in compare_words(text, text))


def test_a_word_that_took_the_place_of_another_stands_behind_it() -> None:
    assert tell("The button is red.", "The button is large.") == [
        ("kept", "The button is "),
        ("removed", "red"),
        ("added", "large"),
        ("kept", "."),
    ]


def test_changes_with_an_article_between_them_are_one() -> None:
    assert tell("Press a button at once now", "Push a knob at once now") == [
        ("removed", "Press a button "),
        ("added", "Push a knob "),
        ("kept", "at once now"),
    ]


def test_a_text_of_very_many_words_is_told_as_a_whole() -> None:
    long = "word " * (MOST_WORDS + 1)
    assert tell(long, "short") == [("removed", long), ("added", "short")]
    assert tell(long, long) == [("kept", long)]


def test_a_word_that_is_everywhere_is_not_compared_with_itself_a_million_times() -> None:
    """Such texts took a minute and a half; they are told as one that took the other's place."""
    before, after = "the x " * 1_400, "the y " * 1_400
    assert tell(before, after) == [("removed", before), ("added", after)]
    assert tell(before, before) == [("kept", before)]
