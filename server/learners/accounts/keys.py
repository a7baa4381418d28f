"""The keys of one issuer: kept for a while, fetched anew when they may have changed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from server.errors import ServiceUnavailable
from server.learners.accounts.fetching import Fetcher, NotFetched
from server.learners.accounts.public_keys import NotKeys, PublicKey, read_keys

FRESH_S = 600
# How long keys still serve while the issuer cannot be reached.
LONGEST_KEPT_S = 24 * 3600
# Whoever sends us unknown key ids makes us ask the issuer this often at most.
BETWEEN_LOOKS_S = 5
RETRY_S = 5
# With old keys at hand there is no hurry, and each try makes somebody wait.
RETRY_WITH_KEYS_S = 60

logger = structlog.stdlib.get_logger(__name__)


class IdentityProviderOutOfReach(ServiceUnavailable):
    slug = "identity-provider-unavailable"
    title = "The identity provider does not answer"

    def __init__(self) -> None:
        super().__init__(
            "Sign-ins cannot be checked right now, since the identity provider does not answer. "
            "Try again in a moment.",
            headers={"Retry-After": str(RETRY_S)},
        )


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: tuple[PublicKey, ...]
    at: float


class KeyRing:
    """Finds keys by their id. All who need them at once share one fetch."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._fetched: _Fetched | None = None
        self._flight: asyncio.Task[None] | None = None
        self._retry_at = clock()
        self._look_again_at = clock()

    async def find_key(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """The key with this id, if it is one for this algorithm; IdentityProviderOutOfReach.

        An id that is not known may be that of a new key, so that the issuer is asked at once.
        """
        asked = await self._freshen()
        named = self._list_named(kid)
        if not named and not asked and await self._look_again():
            named = self._list_named(kid)
        return next((key for key in named if algorithm in key.algorithms), None)

    async def _freshen(self) -> bool:
        """Fetch keys that are missing or old; whether that was tried."""
        is_due = self._age() >= FRESH_S and (
            self._flight is not None or self._clock() >= self._retry_at
        )
        if is_due:
            await self._fetch()
        if self._age() >= LONGEST_KEPT_S:
            raise IdentityProviderOutOfReach
        return is_due

    async def _look_again(self) -> bool:
        """Fetch for an unknown id, unless this was done a moment ago; whether it was done."""
        now = self._clock()
        if self._flight is None:
            if now < self._look_again_at:
                return False
            self._look_again_at = now + BETWEEN_LOOKS_S
        await self._fetch()
        return True

    def _list_named(self, kid: str | None) -> tuple[PublicKey, ...]:
        """The keys with this id; a token may leave it out where there is only one key."""
        keys = self._fetched.keys if self._fetched else ()
        if kid is None:
            return keys if len(keys) == 1 else ()
        return tuple(key for key in keys if key.kid == kid)

    def _age(self) -> float:
        return self._clock() - self._fetched.at if self._fetched else float("inf")

    async def _fetch(self) -> None:
        """One fetch at a time; who goes away meanwhile does not end it for the others."""
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly())
        await asyncio.shield(self._flight)

    async def _fly(self) -> None:
        try:
            keys = read_keys(await self._fetcher.fetch())
            self._fetched = _Fetched(keys, self._clock())
        except (NotFetched, NotKeys) as error:
            logger.warning("no keys from the identity provider", reason=str(error))
            self._retry_at = self._clock() + (RETRY_WITH_KEYS_S if self._fetched else RETRY_S)
        finally:
            self._flight = None
