"""Fetching an issuer's keys: bounded in size and time, off to no other address."""

import asyncio
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2
from anyio import to_thread

LARGEST_DOCUMENT = 256 * 1024
TIMEOUT_S = 5.0
# An answer that is packed could unpack to any size.
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}
# No connection outlives its fetch, so that there is nothing to close at the end.
LIMITS = httpx2.Limits(max_keepalive_connections=0)


class NotFetched(Exception):
    """The issuer gave no document; the message says why, for the log."""


@dataclass(slots=True)
class Fetcher:
    """Reads one address; redirects are refused, as they could lead anywhere."""

    url: str
    timeout_s: float = TIMEOUT_S
    _trust: ssl.SSLContext | None = field(default=None, init=False, repr=False)

    async def fetch(self) -> bytes:
        """The document, or raise NotFetched."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._read()
        except (TimeoutError, OSError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise NotFetched(type(error).__name__) from error

    async def _read(self) -> bytes:
        if self._trust is None:
            # Reading the authorities' certificates takes long enough to hold up other requests.
            self._trust = await to_thread.run_sync(httpx2.create_ssl_context)
        async with (
            httpx2.AsyncClient(verify=self._trust, limits=LIMITS, headers=HEADERS) as client,
            client.stream("GET", self.url, timeout=self.timeout_s) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise NotFetched(f"status {response.status_code}")
            return await _read_bounded(response)


async def _read_bounded(response: httpx2.Response) -> bytes:
    document = bytearray()
    async for chunk in response.aiter_raw():
        document += chunk
        if len(document) > LARGEST_DOCUMENT:
            raise NotFetched("too large")
    return bytes(document)
