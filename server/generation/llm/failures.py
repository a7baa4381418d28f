"""What an HTTP status, an error's code and a retry-after header mean to us, whoever sent them."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from server.generation.llm.domain import Failure

_OVERLOADED_STATUS = 529  # not in the standard; Anthropic's own

_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: Failure.AUTHENTICATION,
    HTTPStatus.PAYMENT_REQUIRED: Failure.QUOTA,
    HTTPStatus.FORBIDDEN: Failure.AUTHENTICATION,
    HTTPStatus.REQUEST_TIMEOUT: Failure.TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS: Failure.OVERLOADED,
    HTTPStatus.SERVICE_UNAVAILABLE: Failure.OVERLOADED,
    HTTPStatus.GATEWAY_TIMEOUT: Failure.TIMEOUT,
    _OVERLOADED_STATUS: Failure.OVERLOADED,
}

# Providers word the same trouble alike, as an error's `type` or `code`, with any status or, when a
# stream has begun, with none.
_BY_CODE = {
    "authentication_error": Failure.AUTHENTICATION,
    "batch_cancelled": Failure.TIMEOUT,
    "batch_expired": Failure.TIMEOUT,
    "billing_error": Failure.QUOTA,
    "billing_hard_limit_reached": Failure.QUOTA,
    "billing_not_active": Failure.QUOTA,
    "contract_spend_limit_reached": Failure.QUOTA,
    "enforced_spend_limit_reached": Failure.QUOTA,
    "engine_overloaded": Failure.OVERLOADED,
    "insufficient_quota": Failure.QUOTA,
    "invalid_api_key": Failure.AUTHENTICATION,
    "invalid_request_error": Failure.REJECTED,
    "linked_organization_spend_limit_reached": Failure.QUOTA,
    "not_found_error": Failure.REJECTED,
    "overloaded_error": Failure.OVERLOADED,
    "permission_error": Failure.AUTHENTICATION,
    "rate_limit_error": Failure.OVERLOADED,
    "rate_limit_exceeded": Failure.OVERLOADED,
    "server_is_overloaded": Failure.OVERLOADED,
    "slow_down": Failure.OVERLOADED,
    "timeout_error": Failure.TIMEOUT,
    "token_limit_exceeded": Failure.OVERLOADED,  # too much is waiting in batches already
}


def classify(status: int | None, *codes: str | None) -> Failure:
    """Name the failure: spent money first, then what the status says, then what the codes say."""
    named = [_BY_CODE[code] for code in codes if code in _BY_CODE]
    if Failure.QUOTA in named:
        return Failure.QUOTA
    if status is not None and status >= HTTPStatus.BAD_REQUEST:
        return _by_status(status)
    numbers = [int(code) for code in codes if code is not None and code.isdecimal()]
    if numbers and numbers[0] >= HTTPStatus.BAD_REQUEST:
        return _by_status(numbers[0])
    return named[0] if named else Failure.SERVER


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds the provider asks us to wait, or None when it does not say."""
    milliseconds = _read_number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _read_number(value)
    return seconds if seconds is not None else _read_date(value)


def _by_status(status: int) -> Failure:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Failure.SERVER if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Failure.REJECTED


def _read_number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _read_date(value: str | None) -> float | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
