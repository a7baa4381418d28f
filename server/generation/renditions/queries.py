"""SQL for an answer: the reader, stored renditions, the chapter's revision, the log."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import (
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Heading
from server.generation.editions.domain import RenditionName
from server.generation.renditions.cache.domain import EarlierSection
from server.generation.renditions.domain import (
    Rendition,
    SectionStatus,
    ShownSection,
    StoredRendition,
)
from server.generation.renditions.models import PersonalizationCacheRow
from server.generation.review.domain import Verdict
from server.generation.rewriting.domain import PlacedNote
from server.generation.rewriting.store.domain import FallbackCause

USE_IS_NOTED_EVERY_SECONDS = 60


async def find_rendition(
    session: AsyncSession, name: RenditionName
) -> PersonalizationCacheRow | None:
    """A rendition that is still good, whoever owns it."""
    row = PersonalizationCacheRow
    return await session.scalar(
        select(row)
        .where(
            row.chapter_id == name.chapter_id,
            row.source_hash == name.source_hash,
            row.plan_hash == name.plan_hash,
            row.retry_at.is_(None) | (row.retry_at > func.clock_timestamp()),
        )
        .limit(1)
    )


async def note_uses(session: AsyncSession, names: Sequence[RenditionName]) -> None:
    """Say that these renditions were used; once a minute is exact enough for eviction.

    A row that somebody else has locked is passed over: they are noting the same, or replacing it.
    So nobody waits here, and two workers never wait for each other.
    """
    row = PersonalizationCacheRow
    stale = func.clock_timestamp() - func.make_interval(
        0, 0, 0, 0, 0, 0, USE_IS_NOTED_EVERY_SECONDS
    )
    name = tuple_(row.chapter_id, row.source_hash, row.plan_hash)
    used = (
        select(row.id)
        .where(name.in_(list(names)), row.last_used_at < stale)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(row).where(row.id.in_(used)).values(last_used_at=func.clock_timestamp())
    )


async def remember_rendition(session: AsyncSession, rendition: Rendition) -> None:
    """Keep a rendition under its learner; a row that is there already becomes its next version."""
    order = rendition.order
    values = {
        "personalized_content": rendition.content,
        "applied_transformations": list(order.plan.ids),
        "source_hash": order.chapter.source_hash,
        "plan_hash": rendition.plan_hash,
        "sections": pack_sections(rendition),
        "rendition_hash": rendition.hash,
        "form_hashes": list[str](),
        "retry_at": rendition.retry_at,
        "last_used_at": func.clock_timestamp(),
    }
    owner = {
        "user_id": order.asker.user_id,
        "chapter_id": order.chapter.id,
        "profile_hash": order.asker.profile_hash,
    }
    row = PersonalizationCacheRow
    await session.execute(
        insert(row)
        .values(**owner, **values)
        .on_conflict_do_update(
            constraint="unique_cache_entry",
            set_={**values, "version": row.version + 1, "created_at": func.clock_timestamp()},
        )
    )


async def remember_form(session: AsyncSession, name: RenditionName, form_hash: str) -> None:
    """Have a stored rendition found by the hash of a form, too; one that has gone is not."""
    row = PersonalizationCacheRow
    here = (
        row.chapter_id == name.chapter_id,
        row.source_hash == name.source_hash,
        row.plan_hash == name.plan_hash,
    )
    is_new = row.rendition_hash.is_distinct_from(form_hash) & ~row.form_hashes.contains([form_hash])
    await session.execute(
        update(row)
        .where(*here, is_new)
        .values(form_hashes=func.array_append(row.form_hashes, form_hash))
    )


class _PackedSection(BaseModel):
    """A section of a stored rendition; its markdown is the next `length` characters of the text."""

    id: str
    title: str
    status: SectionStatus
    length: int
    headings: list[Heading]
    notes: list[PlacedNote]
    reason: str | None
    cause: FallbackCause | None
    provider: str | None
    model: str | None
    retry_at: datetime | None
    failed_check: str | None = None  # older rows do not say
    review: Verdict = Verdict.NONE  # older rows do not say
    is_reworded: bool | None = None  # likewise
    is_pinned: bool = False
    key: str
    pin: str | None = None  # older rows do not say


class _PackedRendition(BaseModel):
    title: str
    language: str | None = None  # older rows do not say
    sections: list[_PackedSection]


def pack_sections(rendition: Rendition) -> dict[str, object]:
    """What the answer needs beside the text, as JSON."""
    packed = _PackedRendition(
        title=rendition.title,
        language=rendition.language,
        sections=[
            _PackedSection(
                id=section.id,
                title=section.title,
                status=section.status,
                length=len(section.markdown),
                headings=list(section.headings),
                notes=list(section.notes),
                reason=section.reason,
                cause=section.cause,
                provider=section.provider,
                model=section.model,
                retry_at=section.retry_at,
                failed_check=section.failed_check,
                review=section.review,
                is_reworded=section.is_reworded,
                is_pinned=section.is_pinned,
                key=part.key,
                pin=part.name.pin,
            )
            for section, part in zip(rendition.sections, rendition.order.parts, strict=True)
        ],
    )
    return packed.model_dump(mode="json")


def unpack_sections(row: PersonalizationCacheRow) -> tuple[str, tuple[ShownSection, ...]]:
    """The title and the sections of a stored rendition; what was rewritten is now cached."""
    packed, sections = _unpack_all(row)
    return packed.title, sections


def _unpack_all(
    row: PersonalizationCacheRow,
) -> tuple[_PackedRendition, tuple[ShownSection, ...]]:
    packed = _PackedRendition.model_validate(row.sections)
    sections: list[ShownSection] = []
    start = 0
    for each in packed.sections:
        end = start + each.length
        sections.append(_unpack(each, row.personalized_content[start:end]))
        start = end
    return packed, tuple(sections)


async def find_hashed_rendition(
    session: AsyncSession, rendition_hash: str
) -> StoredRendition | None:
    """What is stored under the hash of any of its canonical forms; any of equal rows will do."""
    row = PersonalizationCacheRow
    for is_it in (row.rendition_hash == rendition_hash, row.form_hashes.contains([rendition_hash])):
        if found := await session.scalar(select(row).where(is_it).limit(1)):
            return _unpack_stored(found)
    return None


def _unpack_stored(found: PersonalizationCacheRow) -> StoredRendition:
    packed, sections = _unpack_all(found)
    return StoredRendition(
        chapter_id=found.chapter_id,
        source_hash=found.source_hash,
        transformations=tuple(found.applied_transformations),
        created_at=found.created_at,
        title=packed.title,
        language=packed.language or "",
        sections=sections,
    )


def _unpack(packed: _PackedSection, markdown: str) -> ShownSection:
    rewritten = packed.status is SectionStatus.REWRITTEN
    is_shaped = rewritten or packed.status is SectionStatus.CACHED
    return ShownSection(
        id=packed.id,
        title=packed.title,
        status=SectionStatus.CACHED if rewritten else packed.status,
        markdown=markdown,
        headings=tuple(packed.headings),
        notes=tuple(packed.notes),
        reason=packed.reason,
        cause=packed.cause,
        provider=packed.provider,
        model=packed.model,
        retry_at=packed.retry_at,
        failed_check=packed.failed_check,
        review=packed.review,
        is_reworded=is_shaped if packed.is_reworded is None else packed.is_reworded,
        is_pinned=packed.is_pinned,
    )


def read_earlier(source_hash: str, packed: Mapping[str, object]) -> list[EarlierSection]:
    """What a stored rendition says about its sections, without their text."""
    sections = _PackedRendition.model_validate(packed).sections
    return [EarlierSection(source_hash, each.id, each.title, each.key) for each in sections]
