"""An instructor at the pages of one small book, without a browser, and the learner of it."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from httpx import ASGITransport, AsyncClient, Response

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom
from tests.stand_in import StandIn
from tests.web.guests import ACCEPT, Guest, list_elements
from tests.web.site import with_model

REVIEW = "/instructor/review/robots"
FIELD = re.compile(r"<textarea (?P<attributes>[^>]*)>\n(?P<text>.*?)</textarea>", re.DOTALL)


@dataclass(frozen=True)
class Form:
    """A form of the page as a browser would send it, with the text of each field."""

    action: str
    hidden: dict[str, str]
    texts: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class Office:
    """An instructor at the pages, and a learner whose chapter it is."""

    classroom: Classroom
    instructor: Guest
    learner: dict[str, str]

    @property
    def calls(self) -> int:
        return len(self.classroom.stand_in.calls)

    async def open(self, path: str = REVIEW) -> str:
        page = await self.instructor.open(path)
        assert page.status_code == 200, page.text
        return page.text

    async def show(self, section: str) -> str:
        """A section as the learner reads it."""
        answer = await self.classroom.read(self.learner)
        return next(each.markdown for each in answer.sections if each.id == section)

    async def fill(self, act: str, section: str) -> Form:
        return find_form(await self.open(), act, section)

    async def send(self, form: Form, **fields: str | Sequence[str]) -> Response:
        data: dict[str, object] = {**form.hidden, **fields}
        if form.action.endswith("/edit"):
            data = {"text": list(form.texts), "note_text": list(form.notes), **data}
        return await self.instructor.client.post(form.action, data=data, headers=ACCEPT)

    async def act(self, act: str, section: str, **fields: str) -> str:
        """Send the form of a section and follow where it leads."""
        answer = await self.send(await self.fill(act, section), **fields)
        assert answer.status_code == 303, answer.text
        return await self.open(answer.headers["location"])

    async def write(self, section: str, old: str, new: str) -> Response:
        """Edit the one text of a section that holds these words."""
        form = await self.fill("edit", section)
        return await self.send(form, text=replace_text(form, old, new))


def replace_text(form: Form, old: str, new: str) -> list[str]:
    """The form's texts as a browser sends them, with line ends of its own."""
    assert any(old in each for each in form.texts)
    changed = [new if old in each else each for each in form.texts]
    return [each.replace("\n", "\r\n") for each in changed]


def find_section(html: str, section: str) -> str:
    found = html.split(f'<section class="card reviewed" id="{section}"')[1]
    return found.split('<section class="card')[0]


def find_form(html: str, act: str, section: str) -> Form:
    within = find_section(html, section)
    # Refused or not, the browser comes back to the section.
    body = within.split(f'action="/instructor/acts/{act}#{section}"')[1].split("</form>")[0]
    inputs = [each for _, each in list_elements(f"<form {body}", "input")]
    hidden = {each["name"]: each["value"] for each in inputs if each.get("type") == "hidden"}
    fields = [(found["attributes"], found["text"]) for found in FIELD.finditer(body)]
    return Form(
        action=f"/instructor/acts/{act}",
        hidden=hidden,
        texts=tuple(read_field(each) for name, each in fields if 'name="text"' in name),
        notes=tuple(read_field(each) for name, each in fields if 'name="note_text"' in name),
    )


def read_field(written: str) -> str:
    """A textarea's content, spaces and line ends kept."""
    for entity, meant in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        written = written.replace(entity, meant)
    return written.replace("&amp;", "&")


@asynccontextmanager
async def open_office(settings: Settings, url: str, stand_in: StandIn) -> AsyncGenerator[Office]:
    with_key = with_model(settings, stand_in)
    async with AsyncExitStack() as stack:
        classroom = await stack.enter_async_context(open_classroom(with_key, url, stand_in))
        account, _ = await classroom.enrol(BEGINNER, AccountRole.INSTRUCTOR)
        _, learner = await classroom.enrol(BEGINNER)
        transport = ASGITransport(classroom.app)
        client = AsyncClient(transport=transport, base_url="http://test")
        guest = Guest(await stack.enter_async_context(client))
        assert account.email is not None
        assert (await guest.sign_in(account.email)).status_code == 303
        yield Office(classroom, guest, learner)
