"""Events that are made in a task of their own, so that who watches them may go away."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

import structlog

from server.generation.renditions.domain import Event
from server.generation.renditions.resources import Resources

logger = structlog.stdlib.get_logger(__name__)

_Queue = asyncio.Queue[Event | Exception | None]


@dataclass(slots=True)
class Audience:
    """Whether anybody is still there for the answer."""

    is_gone: bool = False


async def detach(
    resources: Resources, events: AsyncIterator[Event], audience: Audience
) -> AsyncGenerator[Event]:
    """Pass the events on; they are made to the last, whether or not anybody takes them."""
    queue = _Queue()
    resources.start(_make(events, queue, audience))
    try:
        while (event := await queue.get()) is not None:
            if isinstance(event, Exception):
                raise event
            yield event
    finally:
        audience.is_gone = True


async def _make(events: AsyncIterator[Event], queue: _Queue, audience: Audience) -> None:
    """What goes wrong is for who watches; if nobody does, it is for the log."""
    try:
        async for event in events:
            queue.put_nowait(event)
    except Exception as error:
        if audience.is_gone:
            logger.exception("personalisation failed after its client had gone")
        queue.put_nowait(error)
    else:
        queue.put_nowait(None)
