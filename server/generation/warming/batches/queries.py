"""SQL of batches: what a provider works on, and what came of each section."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.warming.batches.domain import BatchItem, ItemState, OpenBatch
from server.generation.warming.models import WarmBatchItemRow, WarmBatchRow
from server.plan.recipes.domain import RecipeNote

_RECIPE = TypeAdapter(RecipeNote)
SUBMITTING_FOR = timedelta(minutes=15)  # longer, and whoever did it is gone


async def add_batch(
    session: AsyncSession, id_: UUID, provider: str, model: str, items: Iterable[BatchItem]
) -> None:
    """Note a batch before it is handed in, so that nobody else hands the same sections in."""
    await session.execute(
        insert(WarmBatchRow).values(id=id_, provider=provider, model=model, state="submitting")
    )
    rows = [
        {
            "batch": id_,
            "key": item.key,
            "chapter_id": item.chapter_id,
            "profile": dict(item.profile),
            "recipe": asdict(item.recipe) if item.recipe else None,
            "again": item.again,
            "request_hash": item.request_hash,
            "state": ItemState.OPEN.value,
        }
        for item in items
    ]
    await session.execute(insert(WarmBatchItemRow), rows)


async def open_batch(session: AsyncSession, id_: UUID, batch_id: str) -> None:
    """Say of a warm-up's batch that its provider has taken it."""
    row = WarmBatchRow
    await session.execute(update(row).where(row.id == id_).values(batch_id=batch_id, state="open"))


async def lose_batch(session: AsyncSession, id_: UUID) -> None:
    """Forget a batch that the provider does not have; its sections are missing again."""
    await _finish(session, id_, "lost")


async def close_batch(session: AsyncSession, id_: UUID) -> None:
    """All its results are dealt with; a section without one was missed."""
    await _finish(session, id_, "closed")


async def _finish(session: AsyncSession, id_: UUID, state: str) -> None:
    row, item = WarmBatchRow, WarmBatchItemRow
    await session.execute(
        update(row).where(row.id == id_).values(state=state, finished_at=func.clock_timestamp())
    )
    await session.execute(
        update(item)
        .where(item.batch == id_, item.state == ItemState.OPEN)
        .values(state=ItemState.MISSED, reason="no result")
    )


async def delete_old_batches(session: AsyncSession, after: timedelta) -> int:
    """Delete batches that have ended so long ago, and their items with them."""
    row = WarmBatchRow
    old = row.finished_at < func.clock_timestamp() - after
    gone = await session.scalars(delete(row).where(old).returning(row.id))
    return len(gone.all())


async def list_stuck(session: AsyncSession) -> list[UUID]:
    """Batches whose submitter died before it could say under which name they run."""
    row = WarmBatchRow
    stuck = row.submitted_at < func.clock_timestamp() - SUBMITTING_FOR
    return list(await session.scalars(select(row.id).where(row.state == "submitting", stuck)))


async def list_open(session: AsyncSession, provider: str) -> list[OpenBatch]:
    """The batches that this provider works on, or has done and nobody has looked."""
    row = WarmBatchRow
    found = await session.execute(
        select(row.id, row.model, row.batch_id)
        .where(row.provider == provider, row.state == "open")
        .order_by(row.submitted_at, row.id)
    )
    return [OpenBatch(id_, model, str(name)) for id_, model, name in found]


async def list_providers(session: AsyncSession) -> set[str]:
    """Whoever has a batch that nobody has fetched."""
    row = WarmBatchRow
    return set(await session.scalars(select(row.provider).where(row.state == "open")))


async def list_busy_keys(session: AsyncSession) -> set[str]:
    """The sections that some batch may still bring."""
    row, item = WarmBatchRow, WarmBatchItemRow
    found = await session.scalars(
        select(item.key)
        .join(row, row.id == item.batch)
        .where(row.state.in_(("submitting", "open")), item.state == ItemState.OPEN)
    )
    return set(found)


async def list_items(session: AsyncSession, id_: UUID) -> list[BatchItem]:
    """The sections of a batch that nothing has come of yet."""
    row = WarmBatchItemRow
    found = await session.scalars(select(row).where(row.batch == id_, row.state == ItemState.OPEN))
    return [
        BatchItem(
            each.key,
            each.chapter_id,
            each.profile,
            each.again,
            None if each.recipe is None else _RECIPE.validate_python(each.recipe),
            each.request_hash,
        )
        for each in found
    ]


async def leave_to_others(session: AsyncSession, key: str) -> None:
    """Take nothing of this section from batches that were handed in before now."""
    row = WarmBatchItemRow
    still_open = (row.key == key) & (row.state == ItemState.OPEN)
    await session.execute(
        update(row).where(still_open).values(state=ItemState.DROPPED, reason="rejected")
    )


async def settle_item(
    session: AsyncSession, id_: UUID, key: str, state: ItemState, reason: str | None
) -> None:
    """Say what came of one item of a warm-up's batch."""
    row = WarmBatchItemRow
    await session.execute(
        update(row).where(row.batch == id_, row.key == key).values(state=state, reason=reason)
    )
