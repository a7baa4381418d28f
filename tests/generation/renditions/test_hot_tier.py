"""The hot tier: what is in memory is answered from there, and never past what has changed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from server.generation.editions.service import OrderDesk
from server.generation.renditions.domain import Rendition, SectionStatus, Source
from server.generation.renditions.hot_tier import HotRendition, HotTier, warm_up
from server.generation.renditions.resources import Resources
from server.generation.renditions.schemas import RenditionResponse
from server.generation.renditions.service import find_cached
from server.generation.rewriting.store.domain import FallbackCause
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    JETSON,
    Classroom,
    open_classroom,
    statuses,
)
from tests.stand_in import StandIn

API = "/api/v1"
MEGABYTE = 1_000_000


@dataclass
class School:
    """Two workers on one database and one book; each has a memory of its own."""

    first: Classroom
    second: Classroom

    @property
    def calls(self) -> int:
        return len(self.first.stand_in.calls)

    async def warm(self, headers: dict[str, str]) -> RenditionResponse:
        """Have both workers answer from memory."""
        for classroom in (self.first, self.second):
            await classroom.read(headers)
        answers = [await each.read(headers) for each in (self.first, self.second)]
        assert [answer.source for answer in answers] == ["memory", "memory"]
        return answers[0]


@pytest.fixture
async def school(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[School]:
    stand_in.behave("simplified")
    settings = model_settings.model_copy(update={"hot_tier_mb": 8})
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(
                open_classroom(settings, committed_database_url, stand_in)
            )
            for _ in range(2)
        ]
        yield School(first, second)


async def test_what_was_answered_once_is_answered_from_memory(school: School) -> None:
    _, headers = await school.first.enrol(JETSON)
    written = await school.first.read(headers)

    again = await school.first.read(headers)

    assert (again.source, again.cached, again.tokens_used) == ("memory", True, 0)
    assert statuses(again) == ["cached"] * 3
    own = {"source", "cached", "tokens_used", "response_time_ms", "sections"}
    assert again.model_dump(exclude=own) == written.model_dump(exclude=own)
    for now, before in zip(again.sections, written.sections, strict=True):
        assert now.model_copy(update={"status": before.status}) == before


@pytest.mark.parametrize("is_first_with_blocks", [True, False])
async def test_an_answer_with_blocks_comes_from_memory_too(
    school: School, is_first_with_blocks: bool
) -> None:
    """Whichever form was asked for first, the other is made from it, and each is kept."""
    _, headers = await school.first.enrol(BEGINNER)
    source_hash = (await school.first.read(headers)).source_hash
    bodies: list[dict[str, object]] = [{"source_hash": source_hash}, {}]
    written = await school.second.read(headers, **bodies[not is_first_with_blocks])

    answers = [await school.second.read(headers, **body) for body in bodies * 2]

    assert [answer.source for answer in answers] == ["memory"] * 4
    assert [answer.sections[0].blocks is not None for answer in answers] == [True, False] * 2
    assert {answer.content for answer in answers} == {written.content}


async def test_another_worker_reads_it_once_from_the_database(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.first.read(headers)
    calls = school.calls

    sources = [(await school.second.read(headers)).source for _ in range(2)]

    assert sources == ["cache", "memory"]
    assert school.calls == calls


async def test_a_learner_with_an_equal_plan_gets_an_answer_of_their_own(school: School) -> None:
    _, first = await school.first.enrol(BEGINNER)
    other = {**BEGINNER, "preferred_language": "Other", "language_tag": "en-GB"}
    _, second = await school.first.enrol(other)
    one = await school.first.read(first)

    answer = await school.first.read(second)

    assert answer.source == "memory"
    assert answer.profile_hash != one.profile_hash
    assert answer.content == one.content


async def test_each_answer_from_memory_is_in_the_log(school: School) -> None:
    account, headers = await school.first.enrol(BEGINNER)
    other, other_headers = await school.first.enrol(BEGINNER)
    await school.first.read(headers)

    given = {**other_headers, "X-Request-ID": "request-of-memory"}
    answer = await school.first.read(given)

    rows = await school.first.rows("SELECT * FROM personalization_log ORDER BY id")
    assert [row["user_id"] for row in rows] == [account.id, other.id]
    logged = rows[1]
    assert (logged["source"], logged["cached"], logged["llm_provider"]) == (
        "memory",
        True,
        "claude",
    )
    assert logged["request_id"] == "request-of-memory"
    assert logged["response_time_ms"] == answer.response_time_ms
    assert logged["transformations"] == answer.applied_transformations
    assert (logged["sections_total"], logged["sections_rewritten"]) == (3, 3)
    assert (logged["input_tokens"], logged["output_tokens"]) == (0, 0)


async def test_an_answer_from_memory_costs_one_read_and_one_write(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    statements = list[str]()
    engine = school.first.sessions.kw["bind"].sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(*given: object) -> None:
        statements.append(str(given[2]).split()[0])

    await school.first.read(headers)

    assert statements == ["SELECT", "INSERT"]


async def test_an_edited_file_is_seen_by_the_next_request(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    school.first.edit("The stop button is red.", "The stop button is yellow.")

    for classroom in (school.first, school.second):
        assert "yellow" in (await classroom.read(headers)).content


async def test_a_file_that_takes_the_place_of_another_is_seen(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    text = CHAPTER.replace("The stop button is red.", "The stop button is yellow.")
    school.first.chapter_file.with_suffix(".mdx").write_text(text, encoding="utf-8")

    assert "yellow" in (await school.second.read(headers)).content


async def test_a_file_that_is_gone_is_not_found(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    school.first.chapter_file.unlink()

    assert (await school.second.ask(headers)).status_code == 404


async def test_a_changed_glossary_is_seen_by_the_next_request(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    before = await school.warm(headers)
    glossary = "terms:\n  - {term: stop button, definition: What you press., keep: true}\n"
    (school.first.settings.docs_dir / "glossary.yaml").write_text(glossary, encoding="utf-8")

    for classroom in (school.first, school.second):
        assert (await classroom.read(headers)).plan_hash != before.plan_hash


async def test_a_changed_profile_is_seen_by_the_next_request(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    before = await school.warm(headers)
    changed = await school.first.client.put(
        f"{API}/me/onboarding", headers=headers, json={"programming_experience": "Advanced"}
    )
    assert changed.status_code == 200

    answer = await school.second.read(headers)

    assert answer.profile_hash != before.profile_hash
    assert "beginner-simplify" not in answer.applied_transformations


async def test_a_deactivated_account_is_refused_at_once(school: School) -> None:
    account, headers = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    await school.first.run(f"UPDATE users SET is_active = false WHERE id = {account.id}")  # noqa: S608

    for classroom in (school.first, school.second):
        assert (await classroom.ask(headers)).status_code == 401


async def test_an_erased_account_is_refused_and_its_rendition_stays_hot(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    _, other = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    calls = school.calls
    assert (await school.first.client.delete(f"{API}/me", headers=headers)).status_code == 204

    assert (await school.second.ask(headers)).status_code == 401
    assert (await school.second.read(other)).source == "memory"
    assert school.calls == calls


@pytest.mark.parametrize("scope", ["chapter_id=robots", "all=true", "user_id={user_id}"])
async def test_a_cleared_cache_is_seen_by_every_worker(school: School, scope: str) -> None:
    account, headers = await school.first.enrol(BEGINNER)
    _, instructor = await school.first.enrol(role=AccountRole.INSTRUCTOR)
    await school.warm(headers)
    calls = school.calls

    query = scope.format(user_id=account.id)
    cleared = await school.first.client.delete(f"{API}/cache?{query}", headers=instructor)

    assert cleared.json()["renditions"] == 1
    sources = [(await each.read(headers)).source for each in (school.second, school.first)]
    assert sources == ["sections", "cache"]
    assert school.calls == calls


@pytest.mark.parametrize("scope", ["chapter_id=robots", "all=true"])
async def test_clearing_reaches_what_only_memory_still_holds(school: School, scope: str) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    _, instructor = await school.first.enrol(role=AccountRole.INSTRUCTOR)
    await school.warm(headers)
    await school.first.run("DELETE FROM personalization_cache")
    calls = school.calls

    await school.first.client.delete(f"{API}/cache?{scope}&rewrites=true", headers=instructor)

    assert (await school.second.read(headers)).source == "llm"
    assert school.calls == calls + 3


async def test_a_refresh_in_one_worker_is_seen_by_the_other(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    _, instructor = await school.first.enrol(BEGINNER, role=AccountRole.INSTRUCTOR)
    before = await school.warm(headers)
    school.first.stand_in.behave("shortened")

    refreshed = await school.first.read(instructor, refresh=True)

    assert refreshed.content != before.content
    for classroom in (school.first, school.second):
        assert (await classroom.read(headers)).content == refreshed.content


async def test_another_language_is_another_rendition(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.warm(headers)
    school.first.stand_in.behave("urdu")

    answer = await school.first.read(headers, language="ur")

    assert (answer.language, answer.source) == ("ur", "llm")
    assert (await school.first.read(headers)).source == "memory"


async def test_an_outage_is_never_remembered(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    school.first.stand_in.misbehave("http_400", section="setup")
    assert "fallback" in statuses(await school.first.read(headers))
    school.first.stand_in.reset()
    school.first.stand_in.behave("simplified")

    answer = await school.second.read(headers)

    assert statuses(answer) == ["cached", "rewritten", "cached"]


async def test_a_rejected_section_is_remembered_until_it_may_be_tried_again(
    school: School,
) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    school.first.stand_in.misbehave("truncate", section="setup")
    await school.first.read(headers)
    hot = await find_rendition(school.first, headers)

    assert (await school.first.read(headers)).source == "memory"
    assert hot.retry_at is not None
    assert hot.retry_at > datetime.now(UTC)
    assert find_again(hot, retry_at=datetime.now(UTC) + timedelta(minutes=1))
    assert not find_again(hot, retry_at=datetime.now(UTC) - timedelta(seconds=1))


async def test_nothing_of_a_bad_day_is_kept(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.first.read(headers)
    good = await find_rendition(school.first, headers)
    lost = replace(good.sections[0], status=SectionStatus.FALLBACK, cause=FallbackCause.OUTAGE)
    bad_days = (
        replace(good, offline=True),
        replace(good, source=Source.ORIGINAL),
        replace(good, sections=(lost, *good.sections[1:])),
    )

    tier = HotTier(MEGABYTE)
    for rendition in bad_days:
        tier.keep(rendition, warm_up(rendition))

    assert tier.weight == 0
    assert find_in(tier, good) is None


async def test_the_tier_holds_no_more_bytes_than_it_may(school: School) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.first.read(headers)
    rendition = await find_rendition(school.first, headers)
    weight = warm_up(rendition).weight
    assert weight > 2 * len(rendition.content.encode())
    named = [replace(rendition, plan_hash=f"{number:064}") for number in range(4)]

    tier = HotTier(3 * weight)
    for each in (*named[:3], named[0]):
        tier.keep(each, warm_up(each))
    assert find_in(tier, named[1]) is not None
    tier.keep(named[3], warm_up(named[3]))

    assert tier.weight == 3 * weight
    kept = [int(each.plan_hash) for each in named if find_in(tier, each) is not None]
    assert kept == [0, 1, 3]


@pytest.mark.parametrize("capacity", [0, 100])
async def test_a_tier_without_room_keeps_nothing(school: School, capacity: int) -> None:
    _, headers = await school.first.enrol(BEGINNER)
    await school.first.read(headers)
    rendition = await find_rendition(school.first, headers)

    tier = HotTier(capacity)
    tier.keep(rendition, warm_up(rendition))

    assert tier.weight == 0
    assert find_in(tier, rendition) is None


def find_in(tier: HotTier, rendition: Rendition) -> HotRendition | None:
    """What the tier has for whoever orders this rendition."""
    edition = replace(rendition.order.edition, plan_hash=rendition.plan_hash)
    return tier.find(replace(rendition.order, edition=edition))


def find_again(rendition: Rendition, *, retry_at: datetime) -> bool:
    """Whether a tier still gives the rendition when its first fallback is due then."""
    sections = tuple(
        replace(each, retry_at=retry_at) if each.retry_at else each for each in rendition.sections
    )
    tier = HotTier(MEGABYTE)
    changed = replace(rendition, sections=sections)
    tier.keep(changed, warm_up(changed))
    return find_in(tier, rendition) is not None


async def find_rendition(classroom: Classroom, headers: dict[str, str]) -> Rendition:
    """The rendition that the worker knows for this learner."""
    account = (await classroom.client.get(f"{API}/me", headers=headers)).json()
    desk: OrderDesk = classroom.app.state.order_desk
    resources: Resources = classroom.app.state.resources
    order = await desk.place(account["id"], "robots")
    rendition = await find_cached(resources, order)
    assert rendition is not None
    return rendition
