"""An issuer's keys are kept, renewed and never hammered for, whatever the issuer does."""

import asyncio

import pytest

from server.learners.accounts.keys import (
    BETWEEN_LOOKS_S,
    FRESH_S,
    LONGEST_KEPT_S,
    RETRY_S,
    RETRY_WITH_KEYS_S,
    Fetcher,
    IdentityProviderOutOfReach,
    KeyRing,
)
from tests.generation.llm.clock import Clock
from tests.learners.accounts.issuer import Issuer, Manner, ec_key, rsa_key

# Only who drips is waited for so long; what else is slow here is the machine.
PATIENCE_S = {Manner.DRIPPING: 0.5}
RUDE = [manner for manner in Manner if manner not in {Manner.WELL, Manner.HELD}]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(issuer: Issuer, clock: Clock) -> KeyRing:
    issuer.publish(rsa_key(), ec_key())
    return KeyRing(Fetcher(issuer.jwks_url, timeout_s=10), clock)


async def knows(ring: KeyRing, kid: str | None, algorithm: str = "RS256") -> bool:
    return await ring.find_key(kid, algorithm) is not None


async def test_keys_are_fetched_once_and_kept(issuer: Issuer, ring: KeyRing, clock: Clock) -> None:
    assert await knows(ring, "rsa")
    clock.now += FRESH_S - 1
    assert await knows(ring, "ec", "ES256")
    assert issuer.asked == 1

    clock.now += 1
    assert await knows(ring, "rsa")
    assert issuer.asked == 2


async def test_a_key_is_only_found_for_an_algorithm_that_fits_it(
    issuer: Issuer, ring: KeyRing
) -> None:
    for kid, algorithm in (("rsa", "ES256"), ("ec", "RS256"), ("ec", "ES384"), ("rsa", "HS256")):
        assert not await knows(ring, kid, algorithm)
    assert issuer.asked == 1


async def test_a_new_key_is_found_at_once_and_a_withdrawn_one_is_gone_with_it(
    issuer: Issuer, ring: KeyRing
) -> None:
    assert await knows(ring, "rsa")
    issuer.publish(rsa_key("new"))
    assert await knows(ring, "new")
    assert not await knows(ring, "rsa")
    assert issuer.asked == 2


async def test_unknown_ids_ask_the_issuer_once_in_a_while_only(
    issuer: Issuer, ring: KeyRing, clock: Clock
) -> None:
    assert not await knows(ring, "guess")
    assert issuer.asked == 1, "what has just been fetched is not fetched again"
    for number in range(20):
        assert not await knows(ring, f"guess-{number}")
    assert issuer.asked == 2, "the first to have keys at all, one for an id that may be new"
    clock.now += BETWEEN_LOOKS_S
    assert not any(await asyncio.gather(*(knows(ring, f"guess-{n}") for n in range(20))))
    assert issuer.asked == 3


async def test_all_who_need_the_keys_at_once_share_one_fetch(issuer: Issuer, ring: KeyRing) -> None:
    issuer.manner = Manner.HELD
    asking = [asyncio.create_task(knows(ring, "rsa")) for _ in range(20)]
    await asyncio.to_thread(issuer.arrived.wait)
    asking.pop(0).cancel()  # who began it goes away
    issuer.released.set()
    assert all(await asyncio.gather(*asking))
    assert issuer.asked == 1


@pytest.mark.parametrize("manner", RUDE)
async def test_without_keys_a_rude_issuer_is_out_of_reach_and_asked_again_after_a_while(
    issuer: Issuer, clock: Clock, manner: Manner
) -> None:
    issuer.publish(rsa_key())
    issuer.manner = manner
    ring = KeyRing(Fetcher(issuer.jwks_url, PATIENCE_S.get(manner, 10)), clock)
    for _ in range(5):
        with pytest.raises(IdentityProviderOutOfReach) as refused:
            await ring.find_key("rsa", "RS256")
        assert refused.value.status == 503
    assert issuer.asked <= 1


async def test_keys_are_asked_for_again_once_the_issuer_may_be_back(
    issuer: Issuer, ring: KeyRing, clock: Clock
) -> None:
    issuer.manner = Manner.CUT
    with pytest.raises(IdentityProviderOutOfReach):
        await ring.find_key("rsa", "RS256")
    issuer.manner = Manner.WELL
    with pytest.raises(IdentityProviderOutOfReach):
        await ring.find_key("rsa", "RS256")
    clock.now += RETRY_S
    assert await knows(ring, "rsa")
    assert issuer.asked == 2


@pytest.mark.parametrize("manner", RUDE)
async def test_old_keys_serve_while_the_issuer_is_rude(
    issuer: Issuer, clock: Clock, manner: Manner
) -> None:
    issuer.publish(rsa_key())
    fetcher = Fetcher(issuer.jwks_url, timeout_s=10)
    ring = KeyRing(fetcher, clock)
    assert await knows(ring, "rsa")

    issuer.manner, fetcher.timeout_s = manner, PATIENCE_S.get(manner, 10)
    clock.now += FRESH_S
    for _ in range(5):
        assert await knows(ring, "rsa")
    assert issuer.asked <= 2
    clock.now += RETRY_WITH_KEYS_S
    assert await knows(ring, "rsa")
    assert issuer.asked <= 3


async def test_keys_do_not_serve_for_ever_unseen(
    issuer: Issuer, ring: KeyRing, clock: Clock
) -> None:
    assert await knows(ring, "rsa")
    issuer.manner = Manner.CUT
    clock.now += LONGEST_KEPT_S - 1
    assert await knows(ring, "rsa")
    clock.now += 1
    with pytest.raises(IdentityProviderOutOfReach):
        await ring.find_key("rsa", "RS256")


async def test_where_nobody_listens_it_is_out_of_reach(clock: Clock) -> None:
    ring = KeyRing(Fetcher("http://127.0.0.1:1/jwks"), clock)
    with pytest.raises(IdentityProviderOutOfReach):
        await ring.find_key("rsa", "RS256")


async def test_an_id_may_be_left_out_where_there_is_only_one_key(
    issuer: Issuer, ring: KeyRing, clock: Clock
) -> None:
    assert not await knows(ring, None)
    issuer.publish(rsa_key(None))
    clock.now += FRESH_S
    assert await knows(ring, None)
    assert not await knows(ring, "rsa")
