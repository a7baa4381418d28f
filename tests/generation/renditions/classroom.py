"""A book, a real database, the whole application, and learners who ask for chapters."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from server.app import create_app
from server.core.database.engine import Sessions, create_engine, create_sessions
from server.generation.renditions.resources import Resources
from server.generation.renditions.schemas import RenditionResponse
from server.learners.accounts.domain import Account, AccountRole
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.stand_in import StandIn

BEGINNER = {"programming_experience": "Beginner"}
JETSON = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}
URDU = {"programming_experience": "Beginner", "preferred_language": "Urdu"}

CHAPTER = dedent(
    """\
    ---
    title: Robots at work
    sidebar_position: 1
    ---

    # Robots at work

    A robot senses, decides and acts. It does so many times a second, and `ros2 topic list`
    shows what it talks about.

    ## Setup

    Install [the tools](https://example.org/tools "Tools") first. The loop runs at $f = 50$ Hz.

    ```bash
    sudo apt install ros-jazzy-desktop   # keep me
    ```

    - First, open a terminal and type `ls`.
    - Second, read **every** line of it.

    | Part   | Job            |
    | ------ | -------------- |
    | Sensor | Sees the world |
    | Motor  | Moves the arm  |

    ## Safety

    :::warning

    Keep your hands away from the arm.

    :::

    The stop button is red. Press it whenever you are not sure what the arm will do next.
    """
)


def statuses(answer: RenditionResponse) -> list[str]:
    return [str(section.status) for section in answer.sections]


async def wait_for_calls(classroom: "Classroom", number: int) -> None:
    while len(classroom.stand_in.calls) < number:  # noqa: ASYNC110  # the calls come in a thread
        await asyncio.sleep(0.01)


@dataclass
class Classroom:
    """One running application with a book of its own; every request goes over HTTP's own shapes."""

    client: AsyncClient
    sessions: Sessions
    settings: Settings
    stand_in: StandIn
    app: FastAPI

    @property
    def resources(self) -> Resources:
        resources: Resources = self.app.state.resources
        return resources

    @property
    def chapter_file(self) -> Path:
        return self.settings.docs_dir / "robots.md"

    async def enrol(
        self,
        onboarding: Mapping[str, str] | None = None,
        role: AccountRole = AccountRole.LEARNER,
    ) -> tuple[Account, dict[str, str]]:
        async with self.sessions() as session:
            account = await create_account(session, role=role, onboarding=onboarding or {})
        return account, sign_in(self.settings, account)

    async def ask(self, headers: dict[str, str], **body: object) -> Response:
        return await self.client.post(
            "/api/v1/personalize", headers=headers, json={"chapter_id": "robots", **body}
        )

    async def read(self, headers: dict[str, str], **body: object) -> RenditionResponse:
        response = await self.ask(headers, **body)
        assert response.status_code == 200, response.text
        return RenditionResponse.model_validate_json(response.content)

    async def finish(self) -> None:
        """Wait for what goes on without a client."""
        await self.resources.finish()

    def edit(self, old: str, new: str) -> None:
        """Edit the chapter as an author would."""
        before = self.chapter_file.read_text(encoding="utf-8")
        assert old in before
        self.chapter_file.write_text(before.replace(old, new), encoding="utf-8")

    async def rows(self, sql: str) -> list[RowMapping]:
        async with self.sessions() as session:
            return list((await session.execute(text(sql))).mappings())

    async def run(self, sql: str) -> None:
        async with self.sessions.begin() as session:
            await session.execute(text(sql))


@asynccontextmanager
async def open_classroom(
    settings: Settings, database_url: str, stand_in: StandIn, *, shares: bool = False
) -> AsyncGenerator[Classroom]:
    """A call for each section, all at once, unless a test is about what calls share."""
    settings.docs_dir.mkdir(parents=True, exist_ok=True)
    (settings.docs_dir / "robots.md").write_text(CHAPTER, encoding="utf-8")
    engine = create_engine(database_url)
    sessions = create_sessions(engine)
    app = create_app(settings, sessions=sessions)
    if not shares:
        alone = replace(app.state.resources, shared_characters=0, prefix_wait_s=0)
        app.state.resources = alone
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield Classroom(client, sessions, settings, stand_in, app)
    await app.state.resources.finish()
    await app.state.resources.aclose()
    await engine.dispose()
