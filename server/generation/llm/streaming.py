"""Closing a stream at once when its reader leaves early, wherever it was made."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

Item = TypeVar("Item")


@asynccontextmanager
async def closing_stream(stream: AsyncIterator[Item]) -> AsyncGenerator[AsyncIterator[Item]]:
    """Close the stream when the block ends; left to the garbage collector it would run on."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
