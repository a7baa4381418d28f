"""A signature that was found good is not checked again, until its token expires."""

from datetime import UTC, datetime, timedelta

import pytest

from server.errors import NotSignedIn
from server.learners.accounts.domain import AccessClaims
from server.learners.accounts.sessions.tokens import AccessTokens, GoodSignatures

SECRET = "a secret of these tests that is long enough"
CLAIMS = AccessClaims(user_id=1, session_id="session")


def make_tokens(lifetime: timedelta = timedelta(minutes=5)) -> AccessTokens:
    return AccessTokens(SECRET, lifetime)


def test_a_good_token_is_remembered_with_what_it_says() -> None:
    tokens = make_tokens()
    token = tokens.issue(CLAIMS)
    assert tokens.good.find(token) is None

    assert tokens.read(token) == CLAIMS

    assert tokens.good.find(token) == CLAIMS
    assert tokens.read(token) == CLAIMS


def test_a_refused_token_is_not_remembered() -> None:
    tokens = make_tokens()
    token = tokens.issue(CLAIMS)
    tokens.read(token)
    head, claims, _ = token.split(".")
    expired = make_tokens(timedelta(minutes=-5)).issue(CLAIMS)
    foreign = AccessTokens(f"another{SECRET}", timedelta(minutes=5)).issue(CLAIMS)
    unsigned = f"{head}.{claims}."

    for bad in (expired, foreign, unsigned, f"{token}x", f"{token} ", "", "\ud800"):
        for _ in range(2):
            with pytest.raises(NotSignedIn):
                tokens.read(bad)
        assert tokens.good.find(bad) is None


def test_a_remembered_token_expires() -> None:
    good = GoodSignatures()
    now = int(datetime.now(UTC).timestamp())
    good.remember("fresh", now + 60, CLAIMS)
    good.remember("expired", now - 1, CLAIMS)

    assert good.find("fresh") == CLAIMS
    assert good.find("expired") is None


def test_the_longest_unused_is_forgotten_first() -> None:
    good = GoodSignatures(capacity=2)
    later = int(datetime.now(UTC).timestamp()) + 60
    good.remember("one", later, CLAIMS)
    good.remember("two", later, CLAIMS)
    good.find("one")

    good.remember("three", later, CLAIMS)

    assert [good.find(token) is not None for token in ("one", "two", "three")] == [
        True,
        False,
        True,
    ]


def test_an_accounts_tokens_are_forgotten_and_nobody_elses() -> None:
    good = GoodSignatures()
    later = int(datetime.now(UTC).timestamp()) + 60
    good.remember("one", later, CLAIMS)
    good.remember("two", later, CLAIMS)
    good.remember("other", later, AccessClaims(user_id=2, session_id=None))

    good.forget(CLAIMS.user_id)

    assert [good.find(token) is not None for token in ("one", "two", "other")] == [
        False,
        False,
        True,
    ]


def test_no_token_can_be_read_out_of_the_memory() -> None:
    tokens = make_tokens()
    token = tokens.issue(CLAIMS)
    tokens.read(token)

    assert token not in repr(tokens)
    assert SECRET not in repr(tokens)
