"""Closing a stream at once when its reader leaves early, wherever it was made."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from server.llm.domain import Chunk


@asynccontextmanager
async def closing_stream(stream: AsyncIterator[Chunk]) -> AsyncGenerator[AsyncIterator[Chunk]]:
    """Close the stream when the block ends; left to the garbage collector it would run on."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
