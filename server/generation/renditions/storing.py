"""The JSON that the tables hold beside the text, written and read in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, TypeAdapter

from server.book.chapters.domain import Heading
from server.generation.renditions.domain import (
    FallbackCause,
    Rendition,
    SectionStatus,
    ShownSection,
)
from server.generation.renditions.models import PersonalizationCacheRow, SectionRewriteRow
from server.generation.rewriting.domain import Note, PlacedNote, SectionRewrite


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
    key: str


class _PackedRendition(BaseModel):
    title: str
    sections: list[_PackedSection]


_NOTES = TypeAdapter(tuple[Note, ...])


def pack_sections(rendition: Rendition) -> dict[str, object]:
    """What the answer needs beside the text, as JSON."""
    packed = _PackedRendition(
        title=rendition.title,
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
                key=key,
            )
            for section, key in zip(rendition.sections, rendition.order.section_keys, strict=True)
        ],
    )
    return packed.model_dump(mode="json")


def unpack_sections(row: PersonalizationCacheRow) -> tuple[str, tuple[ShownSection, ...]]:
    """The title and the sections of a stored rendition; what was rewritten is now cached."""
    packed = _PackedRendition.model_validate(row.sections)
    sections: list[ShownSection] = []
    start = 0
    for each in packed.sections:
        end = start + each.length
        sections.append(_unpack(each, row.personalized_content[start:end]))
        start = end
    return packed.title, tuple(sections)


def _unpack(packed: _PackedSection, markdown: str) -> ShownSection:
    rewritten = packed.status is SectionStatus.REWRITTEN
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
    )


def write_runs(rewrite: SectionRewrite) -> list[str | None]:
    """The answers by run index, as a list."""
    return [rewrite.answers.get(index) for index in range(max(rewrite.answers, default=-1) + 1)]


def write_notes(rewrite: SectionRewrite) -> list[dict[str, object]]:
    return [{"kind": note.kind, "text": note.text, "after": note.after} for note in rewrite.notes]


def read_rewrite(row: SectionRewriteRow) -> SectionRewrite:
    """A stored rewrite as it was verified."""
    return join_rewrite(row.runs, row.notes, row.llm_provider, row.llm_model)


def join_rewrite(
    runs: Sequence[str | None] | None,
    notes: Sequence[Mapping[str, object]] | None,
    provider: str | None,
    model: str | None,
) -> SectionRewrite:
    """A rewrite from the columns that hold one."""
    return SectionRewrite(
        answers={i: text for i, text in enumerate(runs or []) if text is not None},
        notes=_NOTES.validate_python(notes or []),
        provider=provider or "",
        model=model or "",
    )


@dataclass(frozen=True, slots=True)
class EarlierSection:
    """A section of a stored rendition, as it was named then."""

    source_hash: str
    id: str
    title: str
    key: str


def read_earlier(source_hash: str, packed: Mapping[str, object]) -> list[EarlierSection]:
    """What a stored rendition says about its sections, without their text."""
    sections = _PackedRendition.model_validate(packed).sections
    return [EarlierSection(source_hash, each.id, each.title, each.key) for each in sections]
