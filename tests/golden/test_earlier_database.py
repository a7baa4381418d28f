"""A database of an earlier version goes on: what people wrote counts, what is due is done.

`earlier.sql` says how it came to be, `earlier_book/` is the book beside it. Its version told models
something else, so that what they wrote then has other names (see `test_names.py`) and is written
anew, once. What instructors have pinned and locked outlives that, where the plan is the same: its
catalogue had no transformations of those in `earlier_catalogue/`, so that nobody gets them here.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from alembic import command
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr, TypeAdapter

from server.app import create_app
from server.core.database.engine import create_engine, create_sessions
from server.core.database.migrations import alembic_config, check_schema, connect, migrate
from server.generation.renditions.pins import name_pins
from server.generation.renditions.schemas import RenditionResponse, SectionResponse
from server.generation.warming.batches.collection import collect_all, list_busy
from server.generation.warming.jobs.service import run_next_job
from server.generation.warming.resources import build_batch_desks
from server.settings import Settings
from tests.databases import database_named, run_sql
from tests.factories import PASSWORD
from tests.generation.renditions.classroom import Classroom
from tests.staff.instruction.staffroom import API, OBJECT, pick
from tests.stand_in import StandIn, run_stand_in

REVISION = "c3e7a1d84f60"
HERE = Path(__file__).parent
BOOK = HERE / "earlier_book"
HANDED_IN = TypeAdapter(dict[str, str]).validate_json((BOOK / "_handed_in.json").read_bytes())
EDITED = "Press it at once when you are not sure about the arm."
OUTDATED = "A camera takes 30 pictures a second."
HEADERS = {"x-api-key": "sk-test", "anthropic-version": "2023-06-01"}
OPEN = "SELECT id, batch_id FROM warm_batch WHERE state = 'open'"
ITEMS = """
SELECT item.key, item.state, item.reason, batch.batch_id, batch.state AS state_of_batch
FROM warm_batch_item AS item JOIN warm_batch AS batch ON batch.id = item.batch
"""
RESERVED = "SELECT id FROM reservation JOIN warm_batch USING (id)"


@pytest.fixture(scope="module")
def earlier(postgres_url: str) -> str:
    """The name of the earlier database, as it is when it has been migrated."""
    run_sql(postgres_url, "CREATE DATABASE earlier TEMPLATE template0")
    url = database_named(postgres_url, "earlier")
    with connect(url) as connection:
        command.upgrade(alembic_config(connection), REVISION)
        rows = (HERE / "earlier.sql").read_text(encoding="utf-8")
        connection.exec_driver_sql(rows, execution_options={"no_parameters": True})
        connection.commit()
    migrate(url)
    check_schema(url)
    return "earlier"


@pytest.fixture
def earlier_url(postgres_url: str, earlier: str) -> Iterator[str]:
    """A copy for one test."""
    copy = f"{earlier}_copy"
    run_sql(postgres_url, f"CREATE DATABASE {copy} TEMPLATE {earlier}")
    yield database_named(postgres_url, copy)
    run_sql(postgres_url, f"DROP DATABASE {copy} WITH (FORCE)")


@pytest.fixture
def provider() -> Iterator[StandIn]:
    """One that has no batch yet, so that the first has the name that the database knows."""
    with run_stand_in() as stand_in:
        stand_in.behave("simplified")
        yield stand_in


@pytest.fixture
async def classroom(
    settings: Settings, earlier_url: str, provider: StandIn
) -> AsyncIterator[Classroom]:
    copytree(BOOK, settings.docs_dir)
    with_model = settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("sk-test"),
            "anthropic_base_url": provider.anthropic_base_url,
            "llm_timeout_s": 20.0,
            "transformations_dir": HERE / "earlier_catalogue",
        }
    )
    engine = create_engine(earlier_url)
    sessions = create_sessions(engine)
    app = create_app(with_model, sessions=sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield Classroom(client, sessions, with_model, provider, app)
    await app.state.resources.finish()
    await app.state.resources.aclose()
    await engine.dispose()


async def sign_in(classroom: Classroom, name: str) -> dict[str, str]:
    form = {"username": f"{name}@example.test", "password": PASSWORD}
    answer = await classroom.client.post("/api/v1/auth/token", data=form)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def read(classroom: Classroom, name: str, chapter: str = "robots") -> RenditionResponse:
    return await classroom.read(await sign_in(classroom, name), chapter_id=chapter)


def find(answer: RenditionResponse, id_: str) -> SectionResponse:
    (section,) = [section for section in answer.sections if section.id == id_]
    return section


def list_asked(classroom: Classroom) -> set[str]:
    return {id_ for call in classroom.stand_in.calls for id_ in call.section_ids}


async def get(classroom: Classroom, path: str, **query: str) -> dict[str, object]:
    """What Grace, who instructs, is answered."""
    headers = await sign_in(classroom, "grace")
    answer = await classroom.client.get(f"{API}/{path}", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return OBJECT.validate_json(answer.content)


async def clear(classroom: Classroom) -> None:
    """Forget all that a model has written."""
    headers = await sign_in(classroom, "grace")
    query = {"all": "true", "rewrites": "true"}
    answer = await classroom.client.delete("/api/v1/cache", headers=headers, params=query)
    assert answer.json()["rewrites"] > 0


async def list_pin_states(classroom: Classroom) -> dict[str, object]:
    """What becomes of each pin in the chapter as the beginner reads it."""
    plan_hash = (await read(classroom, "ada")).plan_hash
    found = await get(classroom, "chapters/robots/review", plan_hash=plan_hash)
    pins = [pin for section in pick(found, "sections") for pin in pick(section, "pins")]
    return {str(pin["section"]): pin["state"] for pin in pins}


async def name_all(classroom: Classroom) -> int:
    return await name_pins(classroom.sessions, classroom.app.state.order_desk)


async def hand_in(provider: StandIn) -> str:
    """What the provider was handed in by the earlier version; returns the batch's name."""
    requests = [
        {
            "custom_id": key,
            "params": {
                "model": "claude-sonnet-5-5",
                "max_tokens": 4096,
                "messages": [{"role": "user", "content": message}],
            },
        }
        for key, message in HANDED_IN.items()
    ]
    async with AsyncClient(base_url=provider.anthropic_base_url) as client:
        answer = await client.post(
            "/v1/messages/batches", json={"requests": requests}, headers=HEADERS
        )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_a_stored_chapter_is_written_anew_once(classroom: Classroom) -> None:
    first, second = await read(classroom, "ada"), await read(classroom, "ada")
    assert (first.source, second.source) == ("llm", "memory")
    assert first.content == second.content


async def test_pins_are_named_by_what_is_stored_and_shown(classroom: Classroom) -> None:
    assert await name_all(classroom) == 2
    assert await name_all(classroom) == 0
    pins = await classroom.rows("SELECT section_id, name FROM section_pin ORDER BY section_id")
    assert [row["section_id"] for row in pins if row["name"]] == ["safety", "setup"]

    answer = await read(classroom, "ada")

    assert "In short: First, open a terminal" in find(answer, "setup").markdown
    assert EDITED in find(answer, "safety").markdown
    assert list_asked(classroom) == {"robots-at-work", "sensing", "deciding"}
    states = await list_pin_states(classroom)
    assert states == {"setup": "pinned", "safety": "pinned", "sensing": "outdated"}


async def test_a_pin_is_shown_wherever_the_same_section_stands(classroom: Classroom) -> None:
    await name_all(classroom)
    answer = await read(classroom, "ada", "arms")
    assert EDITED in find(answer, "safety").markdown
    assert list_asked(classroom) == {"arms", "grippers"}


async def test_a_pin_is_of_one_plan(classroom: Classroom) -> None:
    await name_all(classroom)
    assert EDITED not in (await read(classroom, "hedy")).content


async def test_the_outdated_pin_is_not_shown_and_asks_for_review(classroom: Classroom) -> None:
    await name_all(classroom)
    shown = find(await read(classroom, "ada"), "sensing").markdown
    assert OUTDATED not in shown
    assert "In short: A camera sees the world 30 times a second, day and night." in shown
    items = pick(await get(classroom, "queue"), "items")
    assert [(item["concern"], item["section"], item["learners"]) for item in items] == [
        ("outdated_pin", "sensing", 3),
    ]


async def test_pins_can_be_taken_off(classroom: Classroom) -> None:
    """A current one by the plan that shows it, an outdated one by any of the plan's names."""
    await name_all(classroom)
    headers = await sign_in(classroom, "grace")
    for section in ("safety", "sensing"):
        query = {"section": section, "plan_hash": (await read(classroom, "ada")).plan_hash}
        url = f"{API}/chapters/robots/pin"
        answer = await classroom.client.delete(url, headers=headers, params=query)
        assert answer.json()["changed"] is True
    assert await list_pin_states(classroom) == {"setup": "pinned"}
    assert EDITED not in (await read(classroom, "ada")).content


async def test_a_locked_section_is_the_authors(classroom: Classroom) -> None:
    await clear(classroom)
    author = classroom.chapter_file.read_text(encoding="utf-8")
    for name in ("ada", "badar", "claire", "hedy"):
        section = find(await read(classroom, name), "acting")
        assert section.status == "original"
        assert section.markdown in author
    assert "acting" not in list_asked(classroom)


async def test_the_open_batch_is_collected_and_its_texts_are_left(classroom: Classroom) -> None:
    """They were written for other names than the sections have now."""
    classroom.stand_in.behave("french")
    (batch,) = await classroom.rows(OPEN)
    assert await hand_in(classroom.stand_in) == batch["batch_id"]
    workplace = classroom.app.state.workplace
    desks = build_batch_desks(classroom.settings, workplace)

    tally = await collect_all(workplace, desks, lambda _done, _total: None, first_poll_s=0)

    await desks.aclose()
    assert (tally.done, tally.failed) == (6, 0)
    items = [row for row in await classroom.rows(ITEMS) if row["batch_id"] == batch["batch_id"]]
    assert {row["key"] for row in items} == set(HANDED_IN)
    assert {row["state_of_batch"] for row in items} == {"closed"}
    assert Counter((row["state"], row["reason"]) for row in items) == {
        ("dropped", "the chapter has changed"): 6,
    }
    assert batch["id"] not in [row["id"] for row in await classroom.rows(RESERVED)]


async def test_what_was_being_handed_in_is_left_to_whoever_is_at_it(classroom: Classroom) -> None:
    rows = await classroom.rows(ITEMS)
    submitting = [row for row in rows if row["state_of_batch"] == "submitting"]
    assert {row["state"] for row in submitting} == {"open"}
    busy = await list_busy(classroom.sessions)
    assert busy == {str(row["key"]) for row in submitting} | set(HANDED_IN)


async def test_jobs_are_gone_on_with_and_begun(classroom: Classroom) -> None:
    """The first was a worker's that is gone; it has two sections left."""
    workplace = classroom.app.state.workplace
    for manner in ("french", "simplified"):
        classroom.stand_in.behave(manner)
        assert await run_next_job(workplace)
    assert not await run_next_job(workplace)

    headers = await sign_in(classroom, "grace")
    seen = list[tuple[str, str | None, int, int]]()
    for row in await classroom.rows("SELECT id FROM warm_job ORDER BY created_at"):
        url = f"/api/v1/cache/warm/{row['id']}"
        job = (await classroom.client.get(url, headers=headers)).json()
        seen.append((job["state"], job["ending"], job["done"], job["failed"]))
    assert seen == [("cancelled", None, 0, 0), ("done", "done", 10, 0), ("done", "done", 6, 0)]
    calls = len(classroom.stand_in.calls)
    for name in ("ada", "claire", "hedy"):
        assert (await read(classroom, name, "arms")).cached
    assert len(classroom.stand_in.calls) == calls


async def test_what_is_held_about_a_learner_is_all_there(classroom: Classroom) -> None:
    headers = await sign_in(classroom, "ada")
    answer = await classroom.client.get("/api/v1/me/export", headers=headers)
    held = OBJECT.validate_json(answer.content)
    assert [row["source"] for row in pick(held, "personalization_log")] == ["llm", "llm", "cache"]
    assert [row["chapter_id"] for row in pick(held, "personalization_cache")] == ["robots"]
