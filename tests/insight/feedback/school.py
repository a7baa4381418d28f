"""A small book, and a learner who says what they think of it."""

from dataclasses import dataclass
from textwrap import dedent
from typing import TypedDict

from httpx import AsyncClient, Response

URL = "/api/v1/feedback"
CHAPTER = dedent(
    """\
    ---
    id: moving-machines
    ---

    # Robots

    They move.

    ## Setup

    Install the tools first.

    ## Safety

    The stop button is red.
    """
)


class Page(TypedDict):
    """What instructors are shown."""

    total: int
    helpful: int
    feedback: list[dict[str, object]]


@dataclass(frozen=True)
class Person:
    """Somebody signed in, and what they may ask."""

    client: AsyncClient
    headers: dict[str, str]

    async def say(self, *, helpful: bool = True, **said: object) -> Response:
        body = {"chapter_id": "robots", "helpful": helpful, **said}
        return await self.client.post(URL, headers=self.headers, json=body)

    async def read(self, chapter_id: str = "robots") -> list[dict[str, object]]:
        answer = await self.client.get(URL, headers=self.headers, params={"chapter_id": chapter_id})
        assert answer.status_code == 200, answer.text
        said: list[dict[str, object]] = answer.json()["feedback"]
        return said

    async def take_back(self, **query: str) -> None:
        answer = await self.client.delete(
            URL, headers=self.headers, params={"chapter_id": "robots", **query}
        )
        assert answer.status_code == 204, answer.text

    async def list_all(self, **query: str | int) -> Page:
        answer = await self.client.get(f"{URL}/all", headers=self.headers, params=query)
        assert answer.status_code == 200, answer.text
        page: Page = answer.json()
        return page
