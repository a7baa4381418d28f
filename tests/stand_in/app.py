"""The two endpoints of single calls: read, decide, answer or go wrong."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import anyio
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.stand_in.answering import count_reply, find_refusal
from tests.stand_in.anthropic_batches import AnthropicBatchRoutes
from tests.stand_in.anthropic_wire import AnthropicWire
from tests.stand_in.control import StandIn
from tests.stand_in.domain import Call, Fault, Pace
from tests.stand_in.openai_batches import OpenAIBatchRoutes
from tests.stand_in.openai_wire import OpenAIWire
from tests.stand_in.protocol import read_sections
from tests.stand_in.wire import Delta, Reply, Script, Wire

_POLL_S = 0.01


class ConnectionCut(Exception):
    """Raised into the server, which then closes the connection where it stands."""


def create_app(stand_in: StandIn) -> Starlette:
    return Starlette(
        routes=[
            Route("/v1/messages", _endpoint(stand_in, AnthropicWire()), methods=["POST"]),
            Route("/v1/chat/completions", _endpoint(stand_in, OpenAIWire()), methods=["POST"]),
            *AnthropicBatchRoutes(stand_in).routes(),
            *OpenAIBatchRoutes(stand_in).routes(),
        ]
    )


def _endpoint(stand_in: StandIn, wire: Wire) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not wire.is_signed(headers):
            return _refuse(wire, [Fault.HTTP_401]) or Response(status_code=401)
        try:
            asking = wire.read(await request.body())
        except ValidationError:
            return _refuse(wire, [Fault.HTTP_400]) or Response(status_code=400)
        ids = [section.id for section in read_sections(asking.user)]
        rules = stand_in.behaviour.find_rules(wire.provider, ids)
        call = stand_in.record(asking, headers, rules)
        if Fault.HANG in call.faults:
            await _hang(stand_in, request, call)
        text = stand_in.behaviour.answer(asking.user, rules, system=asking.system)
        refusal = _refuse(wire, call.faults)
        return refusal or _reply(stand_in, wire, call, count_reply(call, asking, text))

    return answer


def _refuse(wire: Wire, faults: Sequence[Fault]) -> Response | None:
    refusal = find_refusal(wire, faults)
    if refusal is None:
        return None
    return JSONResponse(refusal.body, refusal.status, dict(refusal.headers))


def _reply(stand_in: StandIn, wire: Wire, call: Call, reply: Reply) -> Response:
    if call.streamed:
        events = _play(stand_in, call, wire.write_stream(reply))
        return StreamingResponse(events, media_type="text/event-stream")
    return JSONResponse(wire.write(reply))


async def _hang(stand_in: StandIn, request: Request, call: Call) -> None:
    freed = stand_in.freed
    while not freed.is_set() and not call.closed_early:
        await anyio.sleep(_POLL_S)
        call.closed_early = await request.is_disconnected()


async def _play(stand_in: StandIn, call: Call, script: Script) -> AsyncIterator[bytes]:
    """Send the events, and note when the caller did not stay to the end."""
    call.closed_early = True
    half = (len(script.deltas) + 1) // 2
    for event in script.head:
        yield event
    if Fault.ERROR_FIRST in call.faults:
        yield script.error
        call.closed_early = False
        return
    async for event in _keep_pace(script.deltas[:half], stand_in.pacing, first=True):
        yield event
    ended = False
    async for event in _break(stand_in, call, script):
        ended = True
        yield event
    if not ended:
        async for event in _keep_pace(script.deltas[half:], stand_in.pacing, first=False):
            yield event
        for event in () if Fault.NO_END in call.faults else script.tail:
            yield event
    call.closed_early = False


async def _break(stand_in: StandIn, call: Call, script: Script) -> AsyncIterator[bytes]:
    """Go wrong in the middle: what is yielded is the last the caller hears."""
    freed = stand_in.freed
    if Fault.STALL in call.faults:
        while not freed.is_set():  # noqa: ASYNC110 (the event is set by another thread)
            await anyio.sleep(_POLL_S)
    if Fault.CUT in call.faults:
        # What has been written is given the time to leave before the connection closes.
        await anyio.sleep(_POLL_S)
        raise ConnectionCut
    if Fault.HALF_EVENT in call.faults:
        yield script.deltas[-1].data[:-12]
    if Fault.MALFORMED_EVENT in call.faults:
        yield script.malformed
    if Fault.ERROR_EVENT in call.faults:
        yield script.error


async def _keep_pace(deltas: Sequence[Delta], pace: Pace, *, first: bool) -> AsyncIterator[bytes]:
    """Yield each delta at its moment, counted from the first so that delays do not add up."""
    if first and pace.first_token_s:
        await anyio.sleep(pace.first_token_s)
    start, sent = time.monotonic(), 0
    for delta in deltas:
        sent += delta.tokens
        if pace.tokens_per_s:
            await anyio.sleep(max(0.0, start + sent / pace.tokens_per_s - time.monotonic()))
        yield delta.data
