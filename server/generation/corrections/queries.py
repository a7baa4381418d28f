"""SQL of corrections: pins, hints, locks, and the store's record of a section."""

from collections.abc import Collection

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.corrections.domain import Lock, Pin, Place
from server.generation.corrections.models import SectionHintRow, SectionLockRow, SectionPinRow
from server.generation.rewriting.domain import SectionRewrite
from server.generation.rewriting.store.domain import join_rewrite, write_notes, write_runs


async def find_pinned(session: AsyncSession, keys: Collection[str]) -> dict[str, SectionRewrite]:
    """The pinned texts under these keys."""
    row = SectionPinRow
    rows = await session.scalars(select(row).where(row.key.in_(keys)))
    return {each.key: _read_text(each) for each in rows}


async def list_pins(
    session: AsyncSession, chapter_id: str | None = None, keys: Collection[str] = ()
) -> list[Pin]:
    """All pins of a chapter, or of the book, in a steady order.

    An equal section of another chapter has the same key, and so the same pin: with `keys`, it is
    listed for both.
    """
    row = SectionPinRow
    statement = select(row).order_by(row.chapter_id, row.section_id, row.pinned_at, row.key)
    if chapter_id is not None:
        statement = statement.where(or_(row.chapter_id == chapter_id, row.key.in_(keys)))
    return [_to_pin(each) for each in await session.scalars(statement)]


def _to_pin(row: SectionPinRow) -> Pin:
    place = Place(
        key=row.key,
        chapter_id=row.chapter_id,
        section_id=row.section_id,
        plan_hash=row.plan_hash,
        transformations=tuple(row.transformations),
        language=row.language,
        profile=row.profile,
    )
    return Pin(place, _read_text(row), row.edited, row.pinned_by, row.pinned_at)


def _read_text(row: SectionPinRow) -> SectionRewrite:
    return join_rewrite(row.runs, row.notes, row.llm_provider, row.llm_model)


async def save_pin(
    session: AsyncSession, place: Place, rewrite: SectionRewrite, user_id: int, *, edited: bool
) -> None:
    """Pin this text; one that was pinned here before is replaced."""
    row = SectionPinRow
    said = {
        "chapter_id": place.chapter_id,
        "section_id": place.section_id,
        "plan_hash": place.plan_hash,
        "transformations": list(place.transformations),
        "language": place.language,
        "profile": dict(place.profile),
        "runs": write_runs(rewrite),
        "notes": write_notes(rewrite),
        "edited": edited,
        "llm_provider": rewrite.provider or None,
        "llm_model": rewrite.model or None,
        "pinned_by": user_id,
        "pinned_at": func.clock_timestamp(),
    }
    pin = insert(row).values(key=place.key, **said)
    await session.execute(pin.on_conflict_do_update(index_elements=[row.key], set_=said))


async def delete_pins(session: AsyncSession, place: Place) -> int:
    """Unpin what is pinned here, texts for earlier wordings of the section too."""
    row = SectionPinRow
    earlier = (
        (row.chapter_id == place.chapter_id)
        & (row.section_id == place.section_id)
        & (row.transformations == list(place.transformations))
        & (row.language == place.language)
    )
    gone = delete(row).where(or_(row.key == place.key, earlier)).returning(row.key)
    return len((await session.scalars(gone)).all())


async def find_hints(session: AsyncSession, keys: Collection[str]) -> dict[str, str]:
    row = SectionHintRow
    found = await session.execute(select(row.key, row.hint).where(row.key.in_(keys)))
    return {each.key: each.hint for each in found}


async def save_hint(session: AsyncSession, key: str, hint: str, user_id: int) -> None:
    row = SectionHintRow
    said = {"hint": hint, "given_by": user_id, "given_at": func.clock_timestamp()}
    given = insert(row).values(key=key, **said)
    await session.execute(given.on_conflict_do_update(index_elements=[row.key], set_=said))


async def delete_hint(session: AsyncSession, key: str) -> None:
    await session.execute(delete(SectionHintRow).where(SectionHintRow.key == key))


async def list_locks(session: AsyncSession, chapter_id: str) -> list[Lock]:
    row = SectionLockRow
    found = await session.execute(
        select(row.section_id, row.locked_by, row.locked_at)
        .where(row.chapter_id == chapter_id)
        .order_by(row.section_id)
    )
    return [Lock(*each) for each in found]


async def save_lock(session: AsyncSession, chapter_id: str, section_id: str, user_id: int) -> bool:
    """Lock the section; False where it is locked already."""
    row = SectionLockRow
    lock = insert(row).values(chapter_id=chapter_id, section_id=section_id, locked_by=user_id)
    done = await session.execute(lock.on_conflict_do_nothing().returning(row.section_id))
    return done.first() is not None


async def delete_lock(session: AsyncSession, chapter_id: str, section_id: str) -> bool:
    """Unlock the section; False where it was not locked."""
    row = SectionLockRow
    gone = await session.execute(
        delete(row)
        .where(row.chapter_id == chapter_id, row.section_id == section_id)
        .returning(row.section_id)
    )
    return gone.first() is not None


ACT_LOCK = 7_203_419  # any number that no other pair of advisory locks begins with


async def lock_chapter(session: AsyncSession, chapter_id: str) -> None:
    """Wait until nobody else acts on the chapter; ours until the transaction ends."""
    lock = func.pg_advisory_xact_lock(ACT_LOCK, func.hashtext(chapter_id))
    await session.execute(select(lock))
