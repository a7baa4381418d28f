"""Several orders in one request: side by side, each with an answer or a refusal of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.errors import ServiceUnavailable, TextbookError
from server.generation.renditions.domain import Prepared, Rendition
from server.generation.renditions.resources import Resources
from server.generation.renditions.schemas import PersonalizeRequest
from server.generation.renditions.service import render

Prepare = Callable[[PersonalizeRequest], Awaitable[Prepared]]


@dataclass(frozen=True, slots=True)
class Item:
    """What came of one order: a rendition, or the refusal."""

    request: PersonalizeRequest
    outcome: Rendition | TextbookError


async def render_all(
    resources: Resources, prepare: Prepare, requests: Sequence[PersonalizeRequest]
) -> list[Item]:
    """Answer each as if it had come alone, in the order of the requests.

    Equal ones meet at the claims of their sections, so that they are generated once.
    """
    return await asyncio.gather(*(_render_one(resources, prepare, each) for each in requests))


async def _render_one(resources: Resources, prepare: Prepare, request: PersonalizeRequest) -> Item:
    try:
        return Item(request, await render(resources, await prepare(request)))
    except TextbookError as error:
        return Item(request, error)
    except (OperationalError, InterfaceError, PoolTimeout):
        # One that failed must not take the others' answers with it: they are in the log already.
        down = ServiceUnavailable("The database does not answer. Try again in a moment.")
        return Item(request, down)
