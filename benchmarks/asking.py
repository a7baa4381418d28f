"""Asking for chapters over HTTP as a page does, whole or as a stream."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from httpx import AsyncClient, Limits, Response

from benchmarks.loading import HOST
from server.core.packages import API_PREFIX
from server.generation.renditions.domain import SectionStatus
from server.generation.renditions.schemas import DoneEvent, RenditionResponse, SectionEvent
from tests.stand_in.manners import SIMPLE_PREFIX

PATIENCE_S = 120.0

Headers = dict[str, str]


@dataclass(frozen=True)
class Streamed:
    """When a stream's events came, in seconds after the request."""

    first_id: str  # of the first section that a model has written
    first_s: float
    done_s: float
    done: DoneEvent


def connect(port: int) -> AsyncClient:
    limits = Limits(max_connections=None)
    return AsyncClient(base_url=f"http://{HOST}:{port}", timeout=PATIENCE_S, limits=limits)


async def read_events(response: Response) -> AsyncIterator[tuple[str, str]]:
    """The name and the data of each event."""
    name = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, value


async def stream(client: AsyncClient, headers: Headers, chapter: str) -> Streamed:
    """Ask for a chapter, and note when its first section and its end came."""
    started = time.perf_counter()
    first: tuple[str, float] | None = None
    path, body = f"{API_PREFIX}/personalize/stream", {"chapter_id": chapter}
    async with client.stream("POST", path, headers=headers, json=body) as response:
        response.raise_for_status()
        async for name, data in read_events(response):
            passed_s = time.perf_counter() - started
            if name == "section" and first is None:
                section = SectionEvent.model_validate_json(data).section
                # Of exercises and warnings no word is changed: they are no first text to read.
                if section.status is SectionStatus.REWRITTEN and SIMPLE_PREFIX in section.markdown:
                    first = section.id, passed_s
            elif name == "error":
                raise ConnectionError(data)
            elif name == "done":
                first = first or ("", passed_s)
                return Streamed(*first, passed_s, DoneEvent.model_validate_json(data))
    raise ConnectionError("the stream ended before its last event")


async def ask(client: AsyncClient, headers: Headers, chapter: str) -> DoneEvent:
    body = {"chapter_id": chapter}
    response = await client.post(f"{API_PREFIX}/personalize", headers=headers, json=body)
    response.raise_for_status()
    return RenditionResponse.model_validate_json(response.content)


async def clear(client: AsyncClient, instructor: Headers, chapter: str, *, rewrites: bool) -> None:
    scope: dict[str, str | bool] = {"chapter_id": chapter, "rewrites": rewrites}
    response = await client.delete(f"{API_PREFIX}/cache", headers=instructor, params=scope)
    response.raise_for_status()
