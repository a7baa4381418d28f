"""A small HTTP client that loads a server on this machine, fast enough to leave the CPU to it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from typing import Protocol, runtime_checkable

import uvloop
from typing_extensions import override

HOST = "127.0.0.1"
PATIENCE_S = 10.0
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "
REQUEST_ID = b"x-request-id: %s\r\n"


@dataclass(frozen=True)
class Target:
    """One request to send again and again; `head` lacks its request id and the empty line."""

    port: int
    head: bytes
    body: bytes

    def write(self, request_id: bytes) -> bytes:
        return self.head + REQUEST_ID % request_id + b"\r\n" + self.body


@dataclass
class Figures:
    """What came back: the ids of whole 200s, their seconds, and how many requests failed."""

    seconds: float = 0.0
    answered: list[str] = field(default_factory=list[str])
    latencies: list[float] = field(default_factory=list[float])
    failed: int = 0

    @property
    def rate(self) -> float:
        return len(self.answered) / self.seconds

    def find_percentile(self, percent: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] * 1000


@runtime_checkable
class Wire(Protocol):
    """What is used of a transport; uvloop's own is of no class of asyncio's."""

    def write(self, data: bytes) -> None: ...
    def is_closing(self) -> bool: ...
    def abort(self) -> None: ...


class Connection(asyncio.Protocol):
    """One connection that is kept open; one request at a time."""

    def __init__(self) -> None:
        self._transport: Wire | None = None
        self._answer: asyncio.Future[bool] | None = None
        self._received = bytearray()
        self._expected = 0

    async def ask(self, target: Target, request_id: bytes) -> bool:
        """Whether a whole 200 came back; an OSError where the connection broke."""
        if self._transport is None or self._transport.is_closing():
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: self, HOST, target.port)
        if self._transport is None:
            raise ConnectionResetError
        self._received.clear()
        self._expected = 0
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(target.write(request_id))
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._answer
        except TimeoutError:
            self._transport.abort()
            raise

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, Wire)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._expected:
            self._expected = self._read_length()
        if self._expected and len(self._received) >= self._expected:
            self._settle(is_ok=self._received.startswith(b"HTTP/1.1 200"))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    def _read_length(self) -> int:
        """How many bytes the whole answer has; 0 while its head is not there yet."""
        end = self._received.find(END_OF_HEAD)
        if end == -1:
            return 0
        start = self._received.find(LENGTH, 0, end) + len(LENGTH)
        return (
            end + len(END_OF_HEAD) + int(self._received[start : self._received.find(b"\r", start)])
        )

    def _settle(self, *, is_ok: bool) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(is_ok)


async def ask_and_note(
    connection: Connection, target: Target, request_id: str, since: float, figures: Figures
) -> None:
    try:
        is_ok = await connection.ask(target, request_id.encode())
    except OSError:
        is_ok = False
    if is_ok:
        figures.answered.append(request_id)
        figures.latencies.append(time.perf_counter() - since)
    else:
        figures.failed += 1
        await asyncio.sleep(0.01)


async def load_closed(target: Target, name: str, connections: int, seconds: float) -> Figures:
    """Each connection asks again as soon as it has its answer."""
    figures, numbers = Figures(), count()
    started = time.perf_counter()

    async def ask_on() -> None:
        connection = Connection()
        while (since := time.perf_counter()) < started + seconds:
            await ask_and_note(connection, target, f"{name}-{next(numbers):08}", since, figures)

    await asyncio.gather(*(ask_on() for _ in range(connections)))
    figures.seconds = time.perf_counter() - started
    return figures


async def load_open(target: Target, name: str, per_second: int, seconds: float) -> Figures:
    """Requests come at their times, whether or not those before are answered.

    A latency counts from when its request was due, so that a server that stands still is not
    spared the requests that it keeps from coming.
    """
    figures = Figures()
    idle = list[Connection]()
    tasks = set[asyncio.Task[None]]()
    started = time.perf_counter()

    async def ask_once(number: int, due: float) -> None:
        connection = idle.pop() if idle else Connection()
        await ask_and_note(connection, target, f"{name}-{number:08}", due, figures)
        idle.append(connection)

    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(ask_once(number, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    figures.seconds = time.perf_counter() - started
    return figures


def run_in_own_process(
    load: Callable[[Target, str, int, float], Awaitable[Figures]],
    target: Target,
    name: str,
    number: int,
    seconds: float,
) -> Figures:
    """Load the server from a process of its own, and wait."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_run, load, target, name, number, seconds).result()


def _run(
    load: Callable[[Target, str, int, float], Awaitable[Figures]],
    target: Target,
    name: str,
    number: int,
    seconds: float,
) -> Figures:
    async def run() -> Figures:
        return await load(target, name, number, seconds)

    return uvloop.run(run())
