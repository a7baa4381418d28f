"""Warm-ups as jobs: asked for by instructors, done by one worker, gone on with by another."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypedDict
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response

from server.app import create_app
from server.generation.warming.jobs.service import run_jobs, run_next_job
from server.learners.accounts.domain import AccountRole
from tests.factories import create_account, sign_in
from tests.generation.renditions.classroom import BEGINNER
from tests.generation.warming.conftest import School
from tests.problems import assert_problem

URL = "/api/v1/cache/warm"


class Seen(TypedDict):
    id: str
    state: str
    ending: str | None
    done: int
    failed: int
    estimate: dict[str, float]


class Desk:
    """An instructor who asks a running server for warm-ups."""

    def __init__(self, client: AsyncClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    async def ask(self, **body: object) -> Response:
        return await self.client.post(URL, headers=self.headers, json=body)

    async def start(self, **body: object) -> Seen:
        answer = await self.ask(**body)
        assert answer.status_code == 202, answer.text
        seen: Seen = answer.json()
        return seen

    async def look(self, job: Seen, method: str = "GET") -> Seen:
        answer = await self.client.request(method, f"{URL}/{job['id']}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        seen: Seen = answer.json()
        return seen


@pytest.fixture
async def desk(school: School) -> AsyncIterator[Desk]:
    app = create_app(school.settings, sessions=school.sessions)
    async with school.sessions() as session:
        teacher = await create_account(session, role=AccountRole.INSTRUCTOR, onboarding=BEGINNER)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield Desk(client, sign_in(school.settings, teacher))
    await app.state.resources.finish()
    await app.state.resources.aclose()


async def test_a_job_is_queued_done_and_shown(school: School, desk: Desk) -> None:
    job = await desk.start()
    assert (job["state"], job["done"], job["estimate"]["missing"]) == ("queued", 0, 3)
    assert school.stand_in.calls == []

    assert await run_next_job(school.workplace)

    seen = await desk.look(job)
    assert (seen["state"], seen["ending"], seen["done"], seen["failed"]) == ("done", "done", 3, 0)
    assert not await run_next_job(school.workplace)


async def test_a_dry_run_answers_the_estimate_and_queues_nothing(
    school: School, desk: Desk
) -> None:
    answer = await desk.ask(dry_run=True, plans="all", languages=["en"])
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["id"]) == ("estimated", None)
    assert answer.json()["estimate"]["missing"] > 3
    assert not await run_next_job(school.workplace)


async def test_two_workers_do_one_job_once(school: School, desk: Desk) -> None:
    job = await desk.start()
    school.stand_in.pace(first_token_s=0.2)
    did = await asyncio.gather(run_next_job(school.workplace), run_next_job(school.workplace))
    assert sorted(did) == [False, True]
    assert (await desk.look(job))["done"] == 3
    assert school.asked == ["robots-at-work", "safety", "setup"]


async def test_the_job_of_a_dead_worker_is_taken_over(school: School, desk: Desk) -> None:
    job = await desk.start()
    await school.run(
        "UPDATE warm_job SET state = 'running', owner = gen_random_uuid(), done = 1,"
        " deadline = clock_timestamp() + interval '1 minute'"
    )
    assert not await run_next_job(school.workplace), "its worker is alive"
    await school.run("UPDATE warm_job SET deadline = clock_timestamp() - interval '1 second'")
    assert await run_next_job(school.workplace)
    seen = await desk.look(job)
    assert (seen["state"], seen["done"]) == ("done", 4)


async def test_a_worker_that_stops_lets_go_of_its_job(school: School, desk: Desk) -> None:
    job = await desk.start()
    school.stand_in.pace(first_token_s=0.5)
    work = asyncio.create_task(run_jobs(school.workplace))
    while not school.stand_in.calls:  # noqa: ASYNC110  # the calls come in a thread
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert (await desk.look(job))["state"] == "running"
    assert await run_next_job(school.workplace)
    assert (await desk.look(job))["state"] == "done"


async def test_a_cancelled_job_is_not_begun(school: School, desk: Desk) -> None:
    job = await desk.start()
    assert (await desk.look(job, "DELETE"))["state"] == "cancelled"
    assert not await run_next_job(school.workplace)
    assert school.stand_in.calls == []


async def test_a_job_that_is_cancelled_on_the_way_asks_no_more(school: School, desk: Desk) -> None:
    text = "".join(f"## Part {n}\n\nIt moves {n} times.\n\n" + "Word. " * 300 for n in range(120))
    school.write("long", text)
    job = await desk.start(chapter_ids=["long"])
    school.stand_in.pace(first_token_s=1.0)
    work = asyncio.create_task(run_next_job(school.workplace))
    while not school.stand_in.calls:  # noqa: ASYNC110  # the calls come in a thread
        await asyncio.sleep(0.01)
    await desk.look(job, "DELETE")
    assert await work
    await school.workplace.resources.finish()
    assert len(school.stand_in.calls) < 120
    assert (await desk.look(job))["state"] == "cancelled"


async def test_a_job_whose_chapter_is_gone_ends_as_failed(school: School, desk: Desk) -> None:
    school.write("arms", "# Arms\n\nThey move.\n")
    job = await desk.start(chapter_ids=["arms"])
    (school.settings.docs_dir / "arms.md").unlink()
    assert await run_next_job(school.workplace)
    assert (await desk.look(job))["ending"] == "failed"


async def test_what_cannot_be_is_refused(school: School, desk: Desk) -> None:
    assert_problem(await desk.ask(chapter_ids=["nowhere"]), 404)
    assert_problem(await desk.ask(languages=["12"]), 422)
    assert_problem(await desk.ask(plans="some"), 422)
    assert_problem(await desk.client.get(f"{URL}/{uuid4()}", headers=desk.headers), 404)
    assert_problem(await desk.client.get(f"{URL}/x", headers=desk.headers), 422)
    assert not await run_next_job(school.workplace)
