"""Makes a rendition's bytes again from its row, once for all who ask at the same time."""

import asyncio
from collections.abc import Iterable
from hashlib import sha256

from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary, UnreadableChapter
from server.errors import ChapterNotFound, NotFound
from server.generation.editions.domain import Form
from server.generation.renditions import queries
from server.generation.renditions.canonical import write_canonical, write_form
from server.generation.renditions.domain import StoredRendition
from server.generation.renditions.reference.domain import PackedRendition, pack
from server.generation.renditions.resources import Resources

FORMS = (Form(as_trees=True), Form(with_blocks=True), Form(with_blocks=True, as_trees=True))


class RenditionGone(NotFound):
    """404: no row has it, or the bytes that it would make today are others."""

    slug = "rendition-gone"

    def __init__(self) -> None:
        super().__init__(
            "This version is not stored any more. Ask for the chapter once again.",
            headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"},
        )


async def load_packed(
    resources: Resources, library: ChapterLibrary, rendition_hash: str
) -> PackedRendition:
    """The bytes with this hash; raise RenditionGone where nobody can make them any more."""
    packed = resources.packed.find(rendition_hash)
    if packed is not None:
        return packed
    async with resources.sessions() as session:
        found = await queries.find_hashed_rendition(session, rendition_hash)
    if found is None:
        raise RenditionGone
    async with resources.packing:
        packed = resources.packed.find(rendition_hash)
        if packed is None:
            packed = await asyncio.to_thread(_make, library, found, rendition_hash)
            resources.packed.keep(packed)
    return packed


def _make(library: ChapterLibrary, found: StoredRendition, rendition_hash: str) -> PackedRendition:
    for canonical in _write_forms(library, found):
        if sha256(canonical).hexdigest() == rendition_hash:
            return pack(rendition_hash, canonical)
    raise RenditionGone


def _write_forms(library: ChapterLibrary, found: StoredRendition) -> Iterable[bytes]:
    """Its bytes in one form after the other; but the plain one they need the file as it was."""
    read = found.title, found.language, found.sections
    yield write_canonical(*read)
    chapter = _find_chapter(library, found)
    if chapter is not None:
        for form in FORMS:
            yield write_form(*read, chapter, form)


def _find_chapter(library: ChapterLibrary, found: StoredRendition) -> Chapter | None:
    try:
        chapter = library.load_chapter(found.chapter_id)
    except (ChapterNotFound, UnreadableChapter):
        return None
    return chapter if chapter.source_hash == found.source_hash else None
