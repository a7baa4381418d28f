"""Who a chapter is warmed and counted for, read from accounts, the log and the cache."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.editions.domain import Learner
from server.generation.renditions.cache import queries
from server.generation.warming.service import count_learners
from server.learners.profiles.domain import LearnerFacts, profile_hash, profile_of, with_language
from tests.factories import create_account
from tests.generation.warming.reading import keep_reading

FRENCH = {"preferred_language": "Other", "language_tag": "fr"}
URDU = {"preferred_language": "Urdu"}


async def test_who_reads_in_the_own_language_is_not_looked_up(session: AsyncSession) -> None:
    """The log holds a row for every click; only those that tell something new are read."""
    for answers, language in (({}, "en"), (URDU, "ur"), (FRENCH, "fr")):
        account = await create_account(session, onboarding=answers)
        await keep_reading(session, account.id, "robots", profile_of(answers), language)
    assert await queries.list_stored(session) == []
    assert sum((await count_learners(session)).values()) == 3


async def test_who_reads_a_chapter_in_another_language_counts_there_too(
    session: AsyncSession,
) -> None:
    account = await create_account(session, onboarding=URDU)
    french = with_language(profile_of(URDU), "fr")
    for _ in range(3):
        await keep_reading(session, account.id, "robots", french, "fr")
    (once,) = await queries.list_stored(session)
    assert (once.chapter_id, once.language) == ("robots", "fr")
    assert once.profile_hash == profile_hash(french)
    people = await count_learners(session)
    assert people == {
        Learner(LearnerFacts(profile_of(URDU))): 1,
        Learner(LearnerFacts(french), "robots"): 1,
    }


async def test_for_a_chapter_only_its_own_readers_are_looked_up(session: AsyncSession) -> None:
    account = await create_account(session, onboarding={})
    urdu = with_language(profile_of({}), "ur")
    await keep_reading(session, account.id, "robots", urdu, "ur")
    assert await queries.list_stored(session, "sensors") == []
    assert Learner(LearnerFacts(urdu), "robots") in await count_learners(session, "robots")
    assert Learner(LearnerFacts(urdu), "robots") not in await count_learners(session, "sensors")
