"""A line to the database that a test can cut, leave dead, and mend."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL

from server.core.database.engine import parse_url


@dataclass
class Line:
    """A port that leads to the database's socket, as a network does: with ways to fail."""

    target: URL
    port: int = 0
    is_dead: bool = False  # takes what is sent, and nothing ever comes back
    server: asyncio.Server | None = None
    wires: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @property
    def url(self) -> str:
        at_port = self.target.set(host="127.0.0.1", port=self.port, query={})
        return at_port.render_as_string(hide_password=False)

    async def mend(self) -> None:
        self.is_dead = False
        self.server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """As when the database's machine is switched off: nobody listens, all lines break."""
        if self.server is not None:
            self.server.close()
        for wire in self.wires:
            wire.transport.abort()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.wires.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        folder = str(self.target.query.get("host", self.target.host))
        socket = Path(folder) / f".s.PGSQL.{self.target.port or 5432}"
        far_reader, far_writer = await asyncio.open_unix_connection(str(socket))
        self.wires |= {writer, far_writer}
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if not self.is_dead:
                    sink.write(data)
                    await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncGenerator[Line]:
    line = Line(parse_url(url))
    await line.mend()
    try:
        yield line
    finally:
        await line.cut()
