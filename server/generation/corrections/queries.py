"""SQL of corrections: pins, hints, locks, and the store's record of a section."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.corrections.domain import Lock, Pin, Place, SectionName
from server.generation.corrections.models import SectionHintRow, SectionLockRow, SectionPinRow
from server.generation.rewriting.domain import SectionRewrite
from server.generation.rewriting.store.domain import join_rewrite, write_notes, write_runs


async def find_pinned(
    session: AsyncSession, names: Collection[SectionName]
) -> dict[str, SectionRewrite]:
    """The pinned texts of these sections, by their keys; of two the newer."""
    row = SectionPinRow
    rows = await session.scalars(select(row).where(_is_one_of(names)).order_by(row.pinned_at))
    pinned = {each.name or each.key: _read_text(each) for each in rows}
    return {
        name.key: pinned.get(name.pin) or pinned[name.key]
        for name in names
        if name.pin in pinned or name.key in pinned
    }


def _is_one_of(names: Collection[SectionName]) -> ColumnElement[bool]:
    """A text that has no name yet is found by the key that the version before pinned it under."""
    row = SectionPinRow
    unnamed = row.name.is_(None) & row.key.in_({name.key for name in names})
    return row.name.in_({name.pin for name in names}) | unnamed


async def list_pins(
    session: AsyncSession, chapter_id: str | None = None, names: Collection[SectionName] = ()
) -> list[Pin]:
    """All pins of a chapter, or of the book, in a steady order.

    An equal section of another chapter has the same name, and so the same pin: with `names`, it is
    listed for both.
    """
    row = SectionPinRow
    statement = select(row).order_by(row.chapter_id, row.section_id, row.pinned_at, row.key)
    if chapter_id is not None:
        statement = statement.where((row.chapter_id == chapter_id) | _is_one_of(names))
    return [_to_pin(each) for each in await session.scalars(statement)]


async def list_unnamed(session: AsyncSession) -> list[Pin]:
    """What the version before has pinned and nothing has named since."""
    row = SectionPinRow
    found = await session.scalars(select(row).where(row.name.is_(None)).order_by(row.key))
    return [_to_pin(each) for each in found]


async def name_pin(session: AsyncSession, key: str, name: str) -> None:
    """Give a pin of before, which has none, its name."""
    row = SectionPinRow
    await session.execute(update(row).where(row.key == key, row.name.is_(None)).values(name=name))


def _to_pin(row: SectionPinRow) -> Pin:
    place = Place(
        key=row.key,
        pin=row.name,
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
        "name": place.pin,
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


async def unpin(session: AsyncSession, place: Place) -> int:
    """Let the model's text be shown again, instead of pins for earlier wordings too; how many."""
    row = SectionPinRow
    earlier = (
        (row.chapter_id == place.chapter_id)
        & (row.section_id == place.section_id)
        & (row.transformations == list(place.transformations))
        & (row.language == place.language)
    )
    here = (row.key == place.key) | (row.name == (place.pin or place.key))
    gone = delete(row).where(here | earlier).returning(row.key)
    return len((await session.scalars(gone)).all())


async def find_hints(session: AsyncSession, keys: Collection[str]) -> dict[str, str]:
    """Return the instructors' hints to the model, by section key."""
    row = SectionHintRow
    found = await session.execute(select(row.key, row.hint).where(row.key.in_(keys)))
    return {each.key: each.hint for each in found}


async def save_hint(session: AsyncSession, key: str, hint: str, user_id: int) -> None:
    """Keep an instructor's hint to the model for a section, in place of the one before."""
    row = SectionHintRow
    said = {"hint": hint, "given_by": user_id, "given_at": func.clock_timestamp()}
    given = insert(row).values(key=key, **said)
    await session.execute(given.on_conflict_do_update(index_elements=[row.key], set_=said))


async def delete_hint(session: AsyncSession, key: str) -> None:
    """Forget an instructor's hint for a section."""
    await session.execute(delete(SectionHintRow).where(SectionHintRow.key == key))


async def list_locks(session: AsyncSession, chapter_id: str) -> list[Lock]:
    """List the sections of a chapter that instructors have locked."""
    row = SectionLockRow
    found = await session.execute(
        select(row.section_id, row.locked_by, row.locked_at)
        .where(row.chapter_id == chapter_id)
        .order_by(row.section_id)
    )
    return [Lock(*each) for each in found]


async def lock(session: AsyncSession, chapter_id: str, section_id: str, user_id: int) -> bool:
    """Show everybody the author's words; False where they are shown already."""
    row = SectionLockRow
    locked = insert(row).values(chapter_id=chapter_id, section_id=section_id, locked_by=user_id)
    done = await session.execute(locked.on_conflict_do_nothing().returning(row.section_id))
    return done.first() is not None


async def unlock(session: AsyncSession, chapter_id: str, section_id: str) -> bool:
    """Let the section be rewritten again; False where no instructor had locked it."""
    row = SectionLockRow
    gone = await session.execute(
        delete(row)
        .where(row.chapter_id == chapter_id, row.section_id == section_id)
        .returning(row.section_id)
    )
    return gone.first() is not None


ACT_LOCK = 7_203_419  # any number that no other pair of advisory locks begins with


async def take_turn(session: AsyncSession, chapter_id: str) -> None:
    """Wait until no other instructor corrects the chapter; ours until the transaction ends."""
    lock = func.pg_advisory_xact_lock(ACT_LOCK, func.hashtext(chapter_id))
    await session.execute(select(lock))
