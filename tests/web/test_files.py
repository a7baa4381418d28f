"""The files behind the figures: those of the API, for who has a session of the pages."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from tests.factories import PASSWORD
from tests.insight.analytics.logged import log
from tests.web.conftest import Admission
from tests.web.test_figures import JUNE, TERM, bill, list_links


@pytest.mark.parametrize("name", ["summary", "chapters", "latency", "providers", "transformations",
                                  "fallbacks", "feedback", "log"])  # fmt: skip
async def test_files_are_those_of_the_api(
    admit: Admission, session: AsyncSession, name: str
) -> None:
    await log(session, TERM)
    await bill(session, "sonnet", "0.06")
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    form = {"username": "boss@example.test", "password": PASSWORD}
    token = (await admin.client.post("/api/v1/auth/token", data=form)).json()["access_token"]
    days = "from=2026-06-01&to=2026-06-30"
    api = await admin.client.get(
        f"/api/v1/analytics/{name}?{days}&format=csv", headers={"Authorization": f"Bearer {token}"}
    )
    file = await admin.open(f"/admin/csv/{name}?{days}")
    assert file.content == api.content
    assert file.text.count("\r\n") >= (1 if name == "feedback" else 2)
    names = ("content-type", "content-disposition", "cache-control", "x-content-type-options")
    assert [file.headers[each] for each in names] == [api.headers[each] for each in names]


async def test_every_file_that_is_offered_is_there(admit: Admission, session: AsyncSession) -> None:
    await log(session, TERM)
    admin = await admit(AccountRole.ADMIN)
    offered = list_links((await admin.open(JUNE)).text, "/admin/csv/")
    assert len(offered) == 7
    for path in offered:
        file = await admin.open(path)
        assert file.status_code == 200, path
        assert file.headers["content-type"].startswith("text/csv"), path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/csv/passwords", 404),
        ("/admin/csv/latency?by=hour", 422),
        ("/admin/csv/fallbacks?by=week", 422),
        ("/admin/csv/chapters?from=yesterday", 422),
        ("/admin/csv/log?user_id=me", 422),
        ("/admin/csv/log?to=yesterday", 422),
    ],
)
async def test_file_that_cannot_be_made_is_a_page_that_says_so(
    admit: Admission, path: str, status: int
) -> None:
    page = await (await admit(AccountRole.ADMIN)).open(path)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
