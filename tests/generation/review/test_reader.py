"""A reader that objects to nearly everything is reported, and not listened to for a while."""

import pytest
from structlog.testing import capture_logs

from server.generation.review.reader import PAUSE_S, WINDOW, Stubbornness


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("objections", "is_listened_to"), [(0, True), (15, True), (16, False)])
def test_more_than_three_in_ten_of_the_last_fifty_are_too_many(
    objections: int, is_listened_to: bool
) -> None:
    stubbornness = Stubbornness(Clock())
    with capture_logs() as logs:
        for place in range(WINDOW):
            assert stubbornness.is_listened_to
            stubbornness.note(objects=place < objections)
    assert stubbornness.is_listened_to is is_listened_to
    assert len(logs) == (not is_listened_to)


def test_only_the_last_fifty_count() -> None:
    stubbornness = Stubbornness(Clock())
    for place in range(10 * WINDOW):
        stubbornness.note(objects=place % 4 == 0)
    assert stubbornness.is_listened_to
    for _ in range(6):
        stubbornness.note(objects=True)
    assert not stubbornness.is_listened_to


def test_a_few_sections_say_nothing_yet() -> None:
    stubbornness = Stubbornness(Clock())
    for _ in range(WINDOW - 1):
        stubbornness.note(objects=True)
    assert stubbornness.is_listened_to


def test_after_an_hour_it_is_heard_again_and_judged_anew() -> None:
    clock = Clock()
    stubbornness = Stubbornness(clock)
    for _ in range(WINDOW):
        stubbornness.note(objects=True)
    heard = list[bool]()
    for clock.now in (PAUSE_S - 1, PAUSE_S):
        heard.append(stubbornness.is_listened_to)
    stubbornness.note(objects=True)
    assert [*heard, stubbornness.is_listened_to] == [False, True, True]
