"""The product as it is served: on a port of its own, with the book of this repository."""

import socket
import threading
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import uvicorn
from pydantic import SecretStr
from typing_extensions import override

from server.app import create_app
from server.core.database.engine import create_engine, create_sessions
from server.generation.llm.domain import LLM
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import create_account
from tests.stand_in import StandIn

HOST = "127.0.0.1"
START_S = 30
BOOK = Path(__file__).parents[2] / "docs"


class _Server(uvicorn.Server):
    """Says when it is ready, so that nobody has to poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass(frozen=True)
class Site:
    """A running reader on a database of its own."""

    address: str
    database_url: str
    stand_in: StandIn

    def enrol(
        self,
        email: str,
        *,
        role: AccountRole = AccountRole.LEARNER,
        onboarding: Mapping[str, str] | None = None,
    ) -> None:
        """An account that has signed up some time before."""
        # Playwright's own loop runs in this thread already.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(
                lambda: anyio.run(_enrol, self.database_url, email, role, onboarding or {})
            ).result()


async def _enrol(url: str, email: str, role: AccountRole, onboarding: Mapping[str, str]) -> None:
    engine = create_engine(url)
    async with create_sessions(engine)() as session:
        await create_account(session, email=email, role=role, onboarding=onboarding)
    await engine.dispose()


def with_model(settings: Settings, stand_in: StandIn) -> Settings:
    """Anthropic's SDK, pointed at the stand-in."""
    return settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("sk-test"),
            "anthropic_base_url": stand_in.anthropic_base_url,
            "llm_timeout_s": 20.0,
        }
    )


@contextmanager
def open_site(
    settings: Settings,
    database_url: str,
    stand_in: StandIn,
    llm: LLM | None = None,
    *,
    at: socket.socket | None = None,
) -> Generator[Site]:
    """Serve until the block ends; a model that is handed in takes the place of the settings'."""
    settings = settings.model_copy(update={"database_url": SecretStr(database_url)})
    with at or socket.create_server((HOST, 0)) as listener:
        config = uvicorn.Config(
            create_app(settings, llm=llm),
            log_config=None,
            log_level="critical",
            ws="none",
            timeout_graceful_shutdown=2,
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            if not server.ready.wait(START_S):
                raise TimeoutError("The site did not start.")
            address = f"http://{HOST}:{listener.getsockname()[1]}"
            yield Site(address, database_url, stand_in)
        finally:
            stand_in.release()
            server.should_exit = True
            thread.join()
