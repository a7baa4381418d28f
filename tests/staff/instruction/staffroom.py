"""An instructor at work, and the learner whose pages it changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from httpx import Response
from pydantic import TypeAdapter

from server.generation.renditions.schemas import RenditionResponse
from server.learners.accounts.domain import Account
from tests.generation.renditions.classroom import Classroom

Json = Mapping[str, object]
LISTED = TypeAdapter(list[dict[str, object]])
OBJECT = TypeAdapter(dict[str, object])
API = "/api/v1/instruction"


def pick(answer: Json, name: str) -> list[dict[str, object]]:
    """A list of objects within an answer."""
    return LISTED.validate_python(answer[name])


@dataclass
class Staffroom:
    first: Classroom
    second: Classroom
    account: Account
    headers: dict[str, str]
    learner: dict[str, str]

    @property
    def calls(self) -> int:
        return len(self.first.stand_in.calls)

    async def read_everywhere(self) -> RenditionResponse:
        """What the learner gets from both workers, which is one and the same."""
        answers = [await each.read(self.learner) for each in (self.first, self.second)]
        assert answers[0].content == answers[1].content
        return answers[0]

    async def show(self, index: int) -> str:
        """A section as the learner reads it, whichever worker answers."""
        return (await self.read_everywhere()).sections[index].markdown

    async def get(self, path: str, **query: str) -> dict[str, object]:
        answer = await self.first.client.get(f"{API}/{path}", headers=self.headers, params=query)
        assert answer.status_code == 200, answer.text
        return OBJECT.validate_json(answer.content)

    async def send(self, method: str, path: str, body: Json | None = None) -> Response:
        return await self.first.client.request(
            method, f"{API}/{path}", headers=self.headers, json=body
        )

    async def act(self, method: str, act: str, **body: object) -> dict[str, object]:
        answer = await self.send(method, f"chapters/robots/{act}", body)
        assert answer.status_code == 200, answer.text
        return OBJECT.validate_json(answer.content)

    async def take_off(self, act: str, **query: str) -> dict[str, object]:
        """Undo a pin or a lock."""
        answer = await self.first.client.delete(
            f"{API}/chapters/robots/{act}", headers=self.headers, params=query
        )
        assert answer.status_code == 200, answer.text
        return OBJECT.validate_json(answer.content)

    async def find_plan(self) -> str:
        """The one plan that is in use."""
        (plan,) = pick(await self.get("chapters/robots/plans"), "plans")
        return str(plan["plan_hash"])

    async def review(self, index: int) -> dict[str, object]:
        found = await self.get("chapters/robots/review", plan_hash=await self.find_plan())
        return pick(found, "sections")[index]

    async def list_acts(self) -> list[str]:
        """What the audit log says was done, the newest first."""
        return [str(act["act"]) for act in pick(await self.get("audit"), "acts")]
