"""Feedback belongs to its learner: it is in their export, and goes with their account."""

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.errors import NotSignedIn
from server.insight.feedback import service
from server.insight.feedback.domain import Feedback
from tests.generation.renditions.classroom import Classroom
from tests.insight.feedback.school import Person


async def test_an_export_holds_it(
    client: AsyncClient, learner: Person, other_learner: Person
) -> None:
    said = (
        await learner.say(section="setup", helpful=False, comment="Too fast.", fault=None)
    ).json()
    await other_learner.say(comment="Not in Ada's export.")

    export = (await client.get("/api/v1/me/export", headers=learner.headers)).json()

    (held,) = export["feedback"]
    assert {name: held[name] for name in said} == said
    assert set(held) - set(said) == {"section_key", "plan_hash"}


async def test_an_export_without_feedback_says_so(client: AsyncClient, learner: Person) -> None:
    export = (await client.get("/api/v1/me/export", headers=learner.headers)).json()
    assert export["feedback"] == []


async def test_it_is_erased_with_the_account(
    client: AsyncClient, learner: Person, other_learner: Person, session: AsyncSession
) -> None:
    await learner.say(section="setup", comment="My name is Ada.", fault=None)
    await learner.say()
    await other_learner.say(comment="I stay.", fault=None)

    erased = await client.delete("/api/v1/me", headers=learner.headers)

    assert erased.status_code == 204
    assert list(await session.scalars(text("SELECT comment FROM feedback"))) == ["I stay."]


async def test_who_was_erased_in_this_very_moment_is_not_signed_in(sessions: Sessions) -> None:
    feedback = Feedback("robots", None, None, "p" * 64, helpful=True, comment=None, fault=None)
    with pytest.raises(NotSignedIn):
        async with sessions.begin() as session:
            await service.remember_feedback(session, 2_000_000_000, feedback)


async def test_two_tabs_at_once_leave_one_word(classroom: Classroom) -> None:
    _, headers = await classroom.enrol()
    learner = Person(classroom.client, headers)

    answers = await asyncio.gather(
        *(learner.say(section="setup", helpful=bool(n % 2)) for n in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len(await learner.read()) == 1
