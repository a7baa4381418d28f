"""A book of a test's own, learners who ask for its chapter, and an instructor at the pages."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from httpx import ASGITransport, AsyncClient, Response

from server.generation.warming.jobs.service import run_next_job
from server.generation.warming.resources import Workplace
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom
from tests.stand_in import StandIn
from tests.web.guests import Guest, read_text
from tests.web.site import with_model


@dataclass
class Desk:
    """What an instructor sees and sends, and the classroom that it is about."""

    classroom: Classroom
    guest: Guest

    async def read(self, path: str) -> str:
        """The words of a page that is there."""
        page = await self.guest.open(path)
        assert page.status_code == 200, page.text
        return read_text(page.text)

    async def send(self, path: str, **fields: str) -> str:
        """Send a form that is taken; the address of the page that follows."""
        answer: Response = await self.guest.send(path, **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def work(self) -> bool:
        """Do the warm-up that waits, as a worker would; False where none does."""
        workplace: Workplace = self.classroom.app.state.workplace
        return await run_next_job(workplace)


@asynccontextmanager
async def open_desk(
    settings: Settings, database_url: str, stand_in: StandIn, *, key: bool = True
) -> AsyncGenerator[Desk]:
    stand_in.behave("simplified")
    chosen = with_model(settings, stand_in) if key else settings
    async with open_classroom(chosen, database_url, stand_in) as classroom:
        # An instructor is a reader, too: with a beginner's answers there is one plan.
        account, _ = await classroom.enrol(BEGINNER, AccountRole.INSTRUCTOR)
        transport = ASGITransport(classroom.app)
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            guest = Guest(client)
            assert account.email is not None
            assert (await guest.sign_in(account.email)).status_code == 303
            yield Desk(classroom, guest)
