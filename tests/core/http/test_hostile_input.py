"""Whatever is sent where text, a number or JSON is expected: a refusal, never a 500."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace

import pytest
from httpx import AsyncClient, Response
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import LARGEST_BODY
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.calls import BOOK, CALLS, CHAPTER, Call, find_call
from tests.factories import create_account, sign_in
from tests.problems import assert_problem, named_fields

TEXTS = {
    "NUL": "\0",
    "NUL inside": f"{CHAPTER}\0",
    "empty": "",
    "lone surrogate": "long enough \ud800",
    "surrogates swapped": "\udc00\ud800",
    "not a character": "\uffff",
    "out of the plane": "\U0010ffff",
    "right to left": "\u202e",
    "huge": "x" * 50_000,
    "path": "../../etc/passwd",
    "number": "99999999999999999999999",
    "not a number": "NaN",
    "far future": "99999-01-01",
    "day that is none": "2026-02-30",
}
VALUES: dict[str, object] = {
    **TEXTS,
    "nothing": None,
    "integer": 10**30,
    "list": [[]],
    "object": {"\0": "\0"},
}
BODIES = {
    "nothing": b"",
    "cut": b'{"chapter_id": "rob',
    "not UTF-8": b'{"chapter_id": "\xff\xfe"}',
    "deep list": b"[" * 200_000,
    "deep object": b'{"chapter_id":' * 50_000,
    "not an object": b"[]",
    "a number": b"1e999",
    "a long number": b"9" * 10_000,
    "null": b"null",
    "unknown keys": b'{"\\u0000": 1, "\\ud800": 1}',
    "a huge key": b'{"' + b"k" * 300_000 + b'": 1}',
    "many keys": b"{" + b",".join(b'"k%d":1' % n for n in range(5000)) + b"}",
}
CHAPTER_IDS = [
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%5C",
    "robots%00",
    "robots.md",
    "robots/",
    "..%2F..%2Fetc%2Fpasswd",
    "%2Fetc%2Fpasswd",
    "x" * 50_000,
]
TYPES = ["text/plain", "application/xml", "multipart/form-data", "application/json; charset=x", ""]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.docs_dir.mkdir(parents=True)
    (settings.docs_dir / f"{CHAPTER}.md").write_text(BOOK, encoding="utf-8")
    return settings.model_copy(update={"registrations_per_hour": 0})


@pytest.fixture
async def headers(settings: Settings, session: AsyncSession) -> dict[str, str]:
    """An admin, who gets past every door."""
    return sign_in(settings, await create_account(session, role=AccountRole.ADMIN))


def list_text_calls(text: str) -> Iterator[Call]:
    """Each call once with this text in place of each thing that a URL or a form holds."""
    for call in CALLS:
        for name in call.query:
            yield call.with_query(**{name: text})
        for name in call.form or {}:
            yield replace(call, form={**(call.form or {}), name: text})


def list_json_calls(value: object) -> Iterator[Call]:
    """Each call once with this value in place of each value of its JSON, at any depth."""
    for call in CALLS:
        for name, inner in (call.body or {}).items():
            yield call.with_body(**{name: value})
            if isinstance(inner, Mapping):
                onboarding = TypeAdapter(dict[str, object]).validate_python(inner)
                for key in onboarding:
                    yield call.with_body(**{name: {**onboarding, key: value}})


def assert_answered(answer: Response) -> None:
    """Done, or refused as a problem."""
    if answer.status_code >= 400:
        assert answer.status_code < 500, (answer.request.url, answer.text[:300])
        assert_problem(answer, answer.status_code)
        assert len(answer.content) < 20_000


@pytest.mark.parametrize("kind", TEXTS)
async def test_any_text_in_a_query_or_a_form(
    client: AsyncClient, headers: dict[str, str], kind: str
) -> None:
    text = TEXTS[kind].encode("utf-8", "replace").decode()
    for call in list_text_calls(text):
        assert_answered(await call.send(client, headers))


@pytest.mark.parametrize("kind", VALUES)
async def test_any_value_in_json(client: AsyncClient, headers: dict[str, str], kind: str) -> None:
    for call in list_json_calls(VALUES[kind]):
        assert_answered(await call.send(client, headers))


@pytest.mark.parametrize("kind", BODIES)
async def test_any_body(client: AsyncClient, headers: dict[str, str], kind: str) -> None:
    for call in CALLS:
        if call.body is not None:
            answer = await client.request(
                call.method, call.url, content=BODIES[kind], headers={**headers, **call.headers}
            )
            assert_answered(answer)


@pytest.mark.parametrize("content_type", TYPES)
async def test_any_content_type(
    client: AsyncClient, headers: dict[str, str], content_type: str
) -> None:
    for call in CALLS:
        if call.content is not None:
            sent = {**headers, "Content-Type": content_type}
            answer = await client.request(call.method, call.url, content=call.content, headers=sent)
            assert_answered(answer)


async def test_any_chapter_id_in_a_path(client: AsyncClient) -> None:
    for chapter_id in CHAPTER_IDS:
        assert_problem(await client.get(f"/api/v1/chapters/{chapter_id}"), 404)


async def test_a_user_id_that_no_account_can_have_is_named(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    for user_id in ("99999999999999", "2147483648", "-1", "0", "1.5", "", "NaN"):
        answer = await client.delete(f"/api/v1/cache?user_id={user_id}", headers=headers)
        assert named_fields(assert_problem(answer, 422)) == ["query.user_id"]


async def test_broken_json_is_said_to_be_broken(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    call = find_call("POST /api/v1/personalize")
    answer = await client.post(
        call.url, content=b'{"chapter_id": }', headers={**headers, **call.headers}
    )
    problem = assert_problem(answer, 422)
    assert named_fields(problem) == ["body"]
    assert "JSON" in str(problem["detail"])


async def test_a_body_that_would_fill_the_memory_is_refused(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    long = b'{"chapter_id": "' + b"x" * LARGEST_BODY + b'"}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(long), 1_000_000):
            yield long[start : start + 1_000_000]

    sent = {**headers, "Content-Type": "application/json"}
    assert_problem(await client.post("/api/v1/personalize", content=long, headers=sent), 413)
    # Who does not say how long it is finds out on the way.
    answer = await client.post("/api/v1/personalize", content=pieces(), headers=sent)
    assert_problem(answer, 400)


async def test_what_is_wrong_with_several_fields_is_said_of_each(client: AsyncClient) -> None:
    call = find_call("POST /api/v1/auth/register").with_body(
        email="nobody", password="short", onboarding={"role": "King", "shoe_size": "44"}
    )
    problem = assert_problem(await call.send(client, {}), 422)
    assert named_fields(problem) == [
        "body.email",
        "body.password",
        "body.onboarding.role",
        "body.onboarding.shoe_size",
    ]


async def test_a_refusal_never_repeats_what_was_sent(client: AsyncClient) -> None:
    call = find_call("POST /api/v1/auth/register").with_body(password="hushhush" * 1000)
    answer = await call.send(client, {})
    assert_problem(answer, 422)
    assert "hushhush" not in answer.text


async def test_nothing_is_written_by_what_is_refused(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    before = (await client.get("/api/v1/me", headers=headers)).json()
    for call in list_json_calls({"\0": 1}):
        await call.send(client, headers)
    assert (await client.get("/api/v1/me", headers=headers)).json() == before
