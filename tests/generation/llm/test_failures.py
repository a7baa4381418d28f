"""How statuses, codes and waits are read; no network."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from server.generation.llm.domain import Failure
from server.generation.llm.failures import classify, read_retry_after


@pytest.mark.parametrize(
    ("status", "codes", "failure"),
    [
        (418, (), Failure.REJECTED),
        (408, (), Failure.TIMEOUT),
        (504, ("timeout_error",), Failure.TIMEOUT),
        (599, (), Failure.SERVER),
        (400, ("billing_hard_limit_reached",), Failure.QUOTA),
        (429, ("ramp_limit_exceeded", "rate_limit_error"), Failure.OVERLOADED),
        (500, ("rate_limit_error",), Failure.SERVER),
        (200, ("overloaded_error",), Failure.OVERLOADED),
        (200, ("api_error",), Failure.SERVER),
        (None, ("503", None), Failure.OVERLOADED),
        (None, ("400", "BadRequestError"), Failure.REJECTED),
        (None, (None, "insufficient_quota"), Failure.QUOTA),
        (None, (None, None), Failure.SERVER),
    ],
)
def test_failure_is_read_from_status_and_codes(
    status: int | None, codes: tuple[str | None, ...], failure: Failure
) -> None:
    assert classify(status, *codes) is failure


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "12", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_wait_is_read_in_every_form_or_not_at_all(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert read_retry_after(headers) == seconds


def test_wait_may_be_given_as_a_moment() -> None:
    moment = datetime.now(UTC) + timedelta(hours=1)
    seconds = read_retry_after({"retry-after": format_datetime(moment, usegmt=True)})
    assert seconds is not None
    assert 3000 < seconds <= 3600
