"""Every route, asked by every role: who may, who may not, and what the refusal looks like."""

from enum import StrEnum

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.calls import (
    BOOK,
    CALLS,
    CHAPTER,
    JOB,
    KEY,
    NAMES,
    Who,
    find_call,
    list_described,
    list_undescribed,
)
from tests.factories import create_account, sign_in
from tests.problems import assert_problem


class Caller(StrEnum):
    NOBODY = "nobody"
    FORGER = "forger"
    DEACTIVATED = "deactivated"
    ERASED = "erased"
    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


SIGNED_IN = {
    Caller.LEARNER: Who.LEARNER,
    Caller.INSTRUCTOR: Who.INSTRUCTOR,
    Caller.ADMIN: Who.ADMIN,
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.docs_dir.mkdir(parents=True)
    (settings.docs_dir / f"{CHAPTER}.md").write_text(BOOK, encoding="utf-8")
    return settings


def test_every_route_is_in_the_table(settings: Settings) -> None:
    app = create_app(settings)
    assert sorted(list_described(app)) == sorted(NAMES)
    hidden = list(list_undescribed(app.routes))
    assert "/openapi.json" in hidden
    assert not [path for path in hidden if path.startswith("/api")], "pages may hide, the API not"


async def headers_of(caller: Caller, settings: Settings, session: AsyncSession) -> dict[str, str]:
    """The headers that this caller sends."""
    if caller is Caller.NOBODY:
        return {}
    role = AccountRole(caller) if caller in SIGNED_IN else AccountRole.ADMIN
    account = await create_account(session, role=role)
    if caller is Caller.FORGER:
        other = settings.model_copy(update={"data_dir": settings.data_dir / "of-another-site"})
        return sign_in(other, account)
    if caller is Caller.DEACTIVATED:
        await session.execute(
            text("UPDATE users SET is_active = false WHERE id = :id"), {"id": account.id}
        )
    if caller is Caller.ERASED:
        await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": account.id})
    await session.commit()
    return sign_in(settings, account)


async def add_job(session: AsyncSession) -> None:
    """The warm-up that the table of calls names."""
    await session.execute(
        text(
            "INSERT INTO warm_job (id, wish, estimate, state, failures)"
            " VALUES (:id, '{}', '{}', 'queued', '{}')"
        ),
        {"id": JOB},
    )
    await session.commit()


async def add_rewrite(session: AsyncSession) -> None:
    """The text that the table of calls pins and rejects."""
    await session.execute(
        text(
            "INSERT INTO section_rewrite (key, state, chapter_id, runs, notes)"
            " VALUES (:key, 'ready', :chapter, '[\"Robots\", \"They move.\"]', '[]')"
        ),
        {"key": KEY, "chapter": CHAPTER},
    )
    await session.commit()


def check(answer: Response, caller: Caller, who: Who) -> None:
    if who is Who.ANYONE:
        assert answer.status_code != 403 or answer.request.url.path.endswith("/register")
    elif caller not in SIGNED_IN:
        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
    elif SIGNED_IN[caller].value < who.value:
        assert_problem(answer, 403)
    else:
        assert answer.status_code in {200, 201, 204}, answer.text


@pytest.mark.parametrize("name", NAMES)
async def test_each_role_may_what_it_may(
    name: str, client: AsyncClient, settings: Settings, session: AsyncSession
) -> None:
    call = find_call(name)
    await add_job(session)
    await add_rewrite(session)
    for caller in Caller:
        headers = await headers_of(caller, settings, session)
        check(await call.send(client, headers), caller, call.who)


async def test_open_routes_do_not_look_at_a_bad_token(client: AsyncClient) -> None:
    """Somebody whose sign-in has expired still reads the book."""
    for call in CALLS:
        if call.who is Who.ANYONE and call.method == "GET":
            answer = await call.send(client, {"Authorization": "Bearer expired"})
            assert answer.status_code in {200, 404}, call.name


async def test_a_header_that_is_no_token_is_401(client: AsyncClient) -> None:
    for token in ("", " ", " a b", " a.b.c", " \x00", " é", " " + "a." * 9000):
        for scheme in ("Bearer", "Basic", "bearer"):
            header = (b"Authorization", (scheme + token).encode("latin-1"))
            assert_problem(await client.get("/api/v1/me", headers=[header]), 401)


async def test_an_unknown_route_is_a_404_problem(client: AsyncClient) -> None:
    for path in ("/api", "/api/v1", "/api/v1/nothing", "/api/v2/me", "/x%00", "/%FF"):
        assert_problem(await client.get(path), 404)


async def test_a_method_that_a_route_does_not_have_is_a_405_problem(client: AsyncClient) -> None:
    for call in CALLS:
        answer = await client.request("PATCH", call.url)
        assert_problem(answer, 405)
        assert answer.headers["allow"]
