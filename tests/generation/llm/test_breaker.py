"""When a provider is left alone, and when it is tried again."""

import pytest

from server.generation.llm.breaker import Attempt, Breaker
from server.generation.llm.domain import Failure, LLMUnavailable
from tests.generation.llm.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, failure: Failure, *, times: int = 1) -> None:
    for _ in range(times):
        attempt = breaker.admit()
        assert attempt is not None
        with pytest.raises(LLMUnavailable), breaker.watch(attempt):
            raise LLMUnavailable("claude", failure)


def give_up(breaker: Breaker, attempt: Attempt) -> None:
    with pytest.raises(TimeoutError), breaker.watch(attempt):
        raise TimeoutError


@pytest.mark.parametrize(
    "failure", [Failure.OVERLOADED, Failure.TIMEOUT, Failure.CONNECTION, Failure.SERVER]
)
def test_third_failure_in_a_row_opens_it_for_half_a_minute(
    breaker: Breaker, clock: Clock, failure: Failure
) -> None:
    fail(breaker, failure, times=2)
    assert breaker.admit() is not None

    fail(breaker, failure)
    assert breaker.failure is failure
    assert breaker.remaining_s == 30
    clock.now += 29.9
    assert breaker.admit() is None
    clock.now += 0.1
    assert breaker.admit() is not None


@pytest.mark.parametrize("failure", [Failure.AUTHENTICATION, Failure.QUOTA])
def test_trouble_with_the_account_opens_it_at_once_for_a_minute(
    breaker: Breaker, clock: Clock, failure: Failure
) -> None:
    fail(breaker, failure)
    clock.now += 59.9
    assert breaker.admit() is None
    clock.now += 0.1
    assert breaker.admit() is not None


def test_success_between_failures_starts_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, Failure.SERVER, times=2)
    breaker.succeed()
    fail(breaker, Failure.SERVER, times=2)
    assert breaker.failure is None


def test_request_at_fault_does_not_count_against_the_provider(breaker: Breaker) -> None:
    fail(breaker, Failure.SERVER, times=2)
    fail(breaker, Failure.REJECTED, times=5)
    fail(breaker, Failure.SERVER, times=2)
    assert breaker.failure is None


def test_calls_that_fail_side_by_side_are_one_failure(breaker: Breaker) -> None:
    for _ in range(2):
        attempts = [breaker.admit() for _ in range(8)]
        for attempt in attempts:
            assert attempt is not None
            with pytest.raises(LLMUnavailable), breaker.watch(attempt):
                raise LLMUnavailable("claude", Failure.OVERLOADED)
        assert breaker.failure is None

    fail(breaker, Failure.OVERLOADED)
    assert breaker.failure is Failure.OVERLOADED


@pytest.mark.parametrize("failure", [Failure.BUDGET, Failure.STOPPED])
def test_call_that_we_held_back_says_nothing_of_the_provider(
    breaker: Breaker, clock: Clock, failure: Failure
) -> None:
    fail(breaker, failure, times=5)
    assert breaker.failure is None

    fail(breaker, Failure.SERVER, times=3)
    clock.now += 30
    fail(breaker, failure)
    assert breaker.failure is Failure.SERVER


def test_half_open_lets_one_call_through(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, Failure.SERVER, times=3)
    clock.now += 30
    probe = breaker.admit()
    assert probe is not None
    assert breaker.admit() is None

    with breaker.watch(probe):
        breaker.succeed()
    assert breaker.failure is None
    assert breaker.admit() is not None
    assert breaker.admit() is not None


@pytest.mark.parametrize("first", [Failure.SERVER, Failure.QUOTA])
def test_probe_that_fails_opens_it_again(breaker: Breaker, clock: Clock, first: Failure) -> None:
    fail(breaker, first, times=3 if first is Failure.SERVER else 1)
    clock.now += 60
    fail(breaker, Failure.TIMEOUT)
    assert breaker.failure is Failure.TIMEOUT
    assert breaker.remaining_s == 30


def test_probe_that_was_given_up_leaves_the_question_to_the_next(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker, Failure.SERVER, times=3)
    clock.now += 30
    probe = breaker.admit()
    assert probe is not None
    give_up(breaker, probe)
    assert breaker.failure is Failure.SERVER
    assert breaker.admit() is not None


def test_straggler_does_not_prolong_it(breaker: Breaker, clock: Clock) -> None:
    straggler = breaker.admit()
    assert straggler is not None
    fail(breaker, Failure.SERVER, times=3)
    clock.now += 20
    with pytest.raises(LLMUnavailable), breaker.watch(straggler):
        raise LLMUnavailable("claude", Failure.SERVER)
    assert breaker.remaining_s == 10


def test_answers_that_all_run_into_their_limit_are_trouble(breaker: Breaker) -> None:
    for _ in range(6):
        attempt = breaker.admit()
        assert attempt is not None
        breaker.run_over(attempt)
    assert breaker.admit() is None


def test_a_whole_answer_among_those_that_ran_over_starts_the_count_anew(
    breaker: Breaker,
) -> None:
    for number in range(12):
        attempt = breaker.admit()
        assert attempt is not None
        if number % 5 == 4:
            breaker.succeed()
        else:
            breaker.run_over(attempt)


def test_one_that_talks_through_its_deadline_is_left_alone_at_once(
    breaker: Breaker, clock: Clock
) -> None:
    attempt = breaker.admit()
    assert attempt is not None
    clock.now += 20
    breaker.run_on(attempt)
    assert breaker.admit() is None


@pytest.mark.parametrize(("seconds", "answers"), [(19.9, 0), (60, 1)])
def test_what_was_begun_late_or_beside_whole_answers_is_no_trouble(
    breaker: Breaker, clock: Clock, seconds: float, answers: int
) -> None:
    attempt = breaker.admit()
    assert attempt is not None
    clock.now += seconds
    for _ in range(answers):
        breaker.succeed()
    breaker.run_on(attempt)
    assert breaker.admit() is not None
