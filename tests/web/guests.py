"""People at the pages without a browser: their cookies, their forms, the HTML they get."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from httpx import AsyncClient, Response
from typing_extensions import override

from tests.factories import PASSWORD

ACCEPT = {"Accept": "text/html,application/xhtml+xml"}
FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')

Attributes = dict[str, str]


@dataclass
class Guest:
    """A browser's cookie jar, and the forms that its owner sends."""

    client: AsyncClient

    async def open(self, path: str) -> Response:
        return await self.client.get(path, headers=ACCEPT)

    async def find_token(self) -> str:
        """The token of a form that was made for this guest."""
        page = await self.open("/sign-in")
        found = FORM_TOKEN.search(page.text)
        assert found is not None
        return found[1]

    async def send(self, path: str, **fields: str) -> Response:
        """Fill in a form of ours and send it."""
        data = {"form_token": await self.find_token(), **fields}
        return await self.client.post(path, data=data, headers=ACCEPT)

    async def ask(self, path: str, **fields: str) -> Response:
        """What the page's script sends."""
        headers = {"X-Form-Token": await self.find_token()}
        return await self.client.post(path, data=fields, headers=headers)

    async def call(self, path: str, body: Mapping[str, object]) -> Response:
        """Ask the API as the page does: with a token for the session that the cookie names."""
        token = (await self.ask("/session/token")).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.post(f"/api/v1{path}", json=dict(body), headers=headers)

    async def sign_in(self, email: str, back: str = "/") -> Response:
        return await self.send("/sign-in", email=email, password=PASSWORD, back=back)


@dataclass
class _Reading(HTMLParser):
    """Collects elements and text as a browser would read them."""

    elements: list[tuple[str, Attributes]] = field(default_factory=list[tuple[str, Attributes]])
    words: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        super().__init__()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)


def list_elements(html: str, *tags: str) -> list[tuple[str, Attributes]]:
    """Every element, or those with one of these names, with its attributes."""
    reading = _Reading()
    reading.feed(html)
    return [each for each in reading.elements if not tags or each[0] in tags]


def list_ids(html: str) -> list[str]:
    return [attributes["id"] for _, attributes in list_elements(html) if "id" in attributes]


def read_text(html: str) -> str:
    reading = _Reading()
    reading.feed(html)
    return " ".join(" ".join(reading.words).split())


def read_code(html: str) -> str:
    """The text with every space and line end that it has."""
    reading = _Reading()
    reading.feed(html)
    return "".join(reading.words)


def list_addresses(html: str) -> list[str]:
    """Whatever the page loads or leads to."""
    names = ("href", "src", "action", "formaction", "srcset", "poster", "data")
    return [
        attributes[name]
        for _, attributes in list_elements(html)
        for name in names
        if name in attributes
    ]
