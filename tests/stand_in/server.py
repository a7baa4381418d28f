"""Runs the stand-in on a loopback port, in a thread of its own."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from typing_extensions import override

from tests.stand_in.app import create_app
from tests.stand_in.control import StandIn

_HOST = "127.0.0.1"
_START_S = 10


class _Server(uvicorn.Server):
    """Says when it is ready, so that nobody has to poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def run_stand_in(port: int = 0) -> Generator[StandIn]:
    """Serve until the block ends; port 0 takes a free one. Nothing that hangs delays the end."""
    with socket.create_server((_HOST, port)) as listener:
        stand_in = StandIn(f"http://{_HOST}:{listener.getsockname()[1]}")
        server = _Server(_configure(stand_in))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="stand-in", daemon=True
        )
        thread.start()
        try:
            if not server.ready.wait(_START_S):
                raise TimeoutError("The stand-in model server did not start.")
            yield stand_in
        finally:
            stand_in.release()
            server.should_exit = True
            thread.join()


def _configure(stand_in: StandIn) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(stand_in),
        log_config=None,
        log_level="critical",
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
