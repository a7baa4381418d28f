"""What is not kept: old log rows once they are added up, and what accounts and warm-ups leave."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import PACKAGES
from server.core.database.engine import Sessions
from server.insight.analytics.rollup.service import find_rolled_up
from server.operations.retention import forget
from server.settings import Settings
from tests.factories import create_account

NOTHING = {"log": 0, "accounts": 0, "permits": 0, "warm_ups": 0}
RETENTION = tuple(each for package in PACKAGES for each in package.retention)
LOG = text(
    "INSERT INTO personalization_log (chapter_id, response_time_ms, cached, source, created_at)"
    " SELECT 'robots', n, true, 'cache', now() - make_interval(days => n)"
    " FROM generate_series(1, :days) n"
)


async def forget_after(sessions: Sessions, days: int) -> Mapping[str, int]:
    """Forget what is due where the log is kept for so many days."""
    return await forget(sessions, Settings(log_retention_days=days), RETENTION)


async def list_days(session: AsyncSession) -> list[int]:
    """How old the rows of the log are."""
    ages = "SELECT response_time_ms FROM personalization_log ORDER BY 1"
    return list(await session.scalars(text(ages)))


async def test_the_log_is_kept_for_ever_unless_a_site_says_otherwise(
    sessions: Sessions, session: AsyncSession
) -> None:
    await session.execute(LOG, {"days": 400})
    await session.commit()
    assert await forget_after(sessions, 0) == NOTHING
    assert len(await list_days(session)) == 400


async def test_old_rows_go_after_they_are_added_up_and_the_sums_stay(
    sessions: Sessions, session: AsyncSession
) -> None:
    await session.execute(LOG, {"days": 10})
    await session.commit()

    forgotten = await forget_after(sessions, 4)

    assert forgotten["log"] == 7
    assert await list_days(session) == [1, 2, 3]
    assert await find_rolled_up(sessions) > 0
    assert await session.scalar(text("SELECT sum(requests) FROM log_rollup")) == 10
    assert await forget_after(sessions, 4) == NOTHING


async def test_more_rows_than_fit_a_transaction_go_too(
    sessions: Sessions, session: AsyncSession
) -> None:
    await session.execute(
        text(
            "INSERT INTO personalization_log"
            " (chapter_id, response_time_ms, cached, source, created_at)"
            " SELECT 'robots', 5, true, 'cache', now() - interval '9 days'"
            " FROM generate_series(1, 4500)"
        )
    )
    await session.commit()
    assert (await forget_after(sessions, 5))["log"] == 4500
    assert await list_days(session) == []


async def test_what_accounts_leave_behind_goes_and_what_is_in_use_stays(
    sessions: Sessions, session: AsyncSession
) -> None:
    account = await create_account(session)
    for statement in (
        "INSERT INTO refresh_token (token_hash, family, user_id, expires_at) SELECT"
        " n::text, n::text, :id, now() + make_interval(hours => n) FROM generate_series(-150, 3) n",
        "INSERT INTO invitation (token_hash, email, expires_at, used_at) VALUES"
        " ('expired', 'a@b.test', now() - interval '31 days', NULL),"
        " ('used', 'a@b.test', now() + interval '1 day', now() - interval '31 days'),"
        " ('late', 'a@b.test', now() - interval '29 days', NULL),"
        " ('open', 'a@b.test', now() + interval '1 day', NULL)",
        "INSERT INTO attempt (key, count, last_at) VALUES"
        " ('old', 1, now() - interval '2 hours'), ('new', 1, now())",
        "INSERT INTO generation_permit (id, user_id, taken_at) VALUES"
        " (gen_random_uuid(), :id, now() - interval '2 minutes'),"
        " (gen_random_uuid(), :id, now())",
    ):
        await session.execute(text(statement), {"id": account.id})
    await session.commit()

    assert await forget_after(sessions, 0) == NOTHING | {"accounts": 151 + 2 + 1, "permits": 1}

    invitations = await session.scalars(text("SELECT token_hash FROM invitation ORDER BY 1"))
    assert list(invitations) == ["late", "open"]
    assert list(await session.scalars(text("SELECT key FROM attempt"))) == ["new"]
    assert await session.scalar(text("SELECT count(*) FROM refresh_token")) == 3
    assert await session.scalar(text("SELECT count(*) FROM generation_permit")) == 1
    assert await forget_after(sessions, 0) == NOTHING


async def test_warm_ups_go_a_month_after_their_end_and_their_text_stays(
    sessions: Sessions, session: AsyncSession
) -> None:
    for statement in (
        "INSERT INTO warm_job (id, wish, estimate, state, failures, created_at, finished_at) VALUES"
        " (gen_random_uuid(), '{}', '{}', 'done', '{}', now(), now() - interval '31 days'),"
        " (gen_random_uuid(), '{}', '{}', 'done', '{}', now(), now() - interval '29 days'),"
        " (gen_random_uuid(), '{}', '{}', 'queued', '{}', now() - interval '99 days', NULL)",
        "INSERT INTO warm_batch (id, provider, model, state, finished_at) VALUES"
        " (gen_random_uuid(), 'claude', 'm', 'closed', now() - interval '31 days'),"
        " (gen_random_uuid(), 'claude', 'm', 'open', NULL)",
        "INSERT INTO warm_batch_item (batch, key, chapter_id, profile, again, state)"
        " SELECT id, 'k', 'robots', '{}', false, 'stored' FROM warm_batch",
        "INSERT INTO section_rewrite (key, state, chapter_id, created_at)"
        " VALUES ('k', 'ready', 'robots', now() - interval '999 days')",
    ):
        await session.execute(text(statement))
    await session.commit()

    assert await forget_after(sessions, 1) == NOTHING | {"warm_ups": 2}

    for table, left in (("warm_job", 2), ("warm_batch", 1), ("warm_batch_item", 1)):
        assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == left  # noqa: S608
    assert await session.scalar(text("SELECT count(*) FROM section_rewrite")) == 1
