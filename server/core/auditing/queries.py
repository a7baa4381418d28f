"""Every SQL statement of the audit log."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.auditing.domain import ACCOUNT_ACTS, Act, ActFilter, ActKind, RecordedAct
from server.core.auditing.models import InstructionAuditRow
from server.core.database.statements import matching


async def record(session: AsyncSession, user_id: int | None, act: Act) -> None:
    """Write the act beside what it does: both are committed, or neither is."""
    await session.execute(
        insert(InstructionAuditRow).values(
            user_id=user_id,
            act=act.kind.value,
            chapter_id=act.chapter_id,
            section_id=act.section,
            plan_hash=act.plan_hash,
            details=dict(act.details),
            created_at=func.clock_timestamp(),
        )
    )


async def list_acts(
    session: AsyncSession, wanted: ActFilter, *, limit: int, offset: int
) -> list[RecordedAct]:
    """The newest first, without the names of those who did them."""
    row = InstructionAuditRow
    found = await session.execute(
        select(row.__table__)
        .where(*_meets(wanted))
        .order_by(row.created_at.desc(), row.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_to_domain(each) for each in found.mappings()]


async def count_acts(session: AsyncSession, wanted: ActFilter) -> int:
    """Count the audited acts that meet a filter."""
    counted = select(func.count()).select_from(InstructionAuditRow).where(*_meets(wanted))
    return (await session.execute(counted)).scalar_one()


async def list_acts_of(session: AsyncSession, user_id: int) -> Sequence[RowMapping]:
    """What one account did, for its export."""
    row = InstructionAuditRow
    found = await session.execute(
        select(row.act, row.chapter_id, row.section_id, row.plan_hash, row.details, row.created_at)
        .where(row.user_id == user_id)
        .order_by(row.created_at, row.id)
    )
    return found.mappings().all()


def _meets(wanted: ActFilter) -> list[ColumnElement[bool]]:
    row = InstructionAuditRow
    named = matching(
        (row.chapter_id, wanted.chapter_id), (row.act, wanted.kind), (row.user_id, wanted.user_id)
    )
    return named if wanted.with_accounts else [*named, row.act.not_in(ACCOUNT_ACTS)]


def _to_domain(row: RowMapping) -> RecordedAct:
    return RecordedAct(
        id=row["id"],
        act=ActKind(row["act"]),
        user_id=row["user_id"],
        who=None,
        chapter_id=row["chapter_id"],
        section=row["section_id"],
        plan_hash=row["plan_hash"],
        details=row["details"],
        created_at=row["created_at"],
    )
