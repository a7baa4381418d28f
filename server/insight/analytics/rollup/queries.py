"""SQL of the roll-up: how far it has come, and adding the next rows of the log."""

from sqlalchemy import (
    ColumnElement,
    PrimaryKeyConstraint,
    SelectBase,
    Table,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.renditions.log.service import LOG
from server.insight.analytics.facts import LABELS, select_labels, select_requests, select_times
from server.insight.analytics.rollup.models import (
    LABEL_ROLLUP,
    PROGRESS,
    ROLLUP,
    ROLLUP_KEY,
    TIME_ROLLUP,
)

ROLLUP_LOCK = 7_203_417_303  # any number that nothing else in the database locks


async def find_progress(session: AsyncSession) -> int:
    """The last row of the log that is rolled up; 0 where none is."""
    return await session.scalar(select(PROGRESS.c.through_id)) or 0


async def take_turn(session: AsyncSession) -> bool:
    """Whether nobody else rolls up now; ours until the transaction ends."""
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(ROLLUP_LOCK))))


async def add_rows(session: AsyncSession, after_id: int, through_id: int) -> int:
    """Add the rows up to and with the one that is named, and say so; return how many they were."""
    rows = [LOG.c.id > after_id, LOG.c.id <= through_id]
    await _add(session, ROLLUP, select_requests(rows), constraint=ROLLUP_KEY)
    await _add(session, TIME_ROLLUP, select_times(rows), constraint="pk_log_time_rollup")
    for kind in LABELS:
        labels = select_labels(kind, rows)
        await _add(session, LABEL_ROLLUP, labels, constraint="pk_log_label_rollup")
    reached = {"through_id": through_id}
    moving = insert(PROGRESS).values(id=1, **reached)
    await session.execute(moving.on_conflict_do_update(index_elements=["id"], set_=reached))
    return (await session.execute(select(func.count()).select_from(LOG).where(*rows))).scalar_one()


async def _add(session: AsyncSession, rollup: Table, rows: SelectBase, *, constraint: str) -> None:
    """Add up rows that agree in the key, and add the sums to those that are there."""
    new = rows.subquery("new")
    key = _key_of(rollup, constraint)
    names = [each.name for each in rollup.columns]
    added: list[ColumnElement[object]] = [
        new.c[name] if name in key else func.sum(new.c[name]).label(name) for name in names
    ]
    by_key = select(*added).group_by(*(new.c[name] for name in key))
    adding = insert(rollup).from_select(names, by_key)
    sums = {name: rollup.c[name] + adding.excluded[name] for name in names if name not in key}
    await session.execute(adding.on_conflict_do_update(constraint=constraint, set_=sums))


def _key_of(rollup: Table, constraint: str) -> list[str]:
    """The columns of the constraint."""
    found = next(each for each in rollup.constraints if each.name == constraint)
    assert isinstance(found, PrimaryKeyConstraint | UniqueConstraint)
    return [column.name for column in found.columns]
