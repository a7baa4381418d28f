"""The page of what somebody has read on a day, by the hash that the log has of it."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary, UnreadableChapter
from server.core.database.dependencies import SessionDep
from server.errors import ChapterNotFound
from server.generation.renditions.domain import StoredRendition
from server.generation.renditions.service import find_hashed_rendition
from server.web.chapters import SHAPED, render
from server.web.dependencies import InstructorPage, VisitDep

router = APIRouter(include_in_schema=False, dependencies=[InstructorPage])


@router.get("/instructor/renditions/{rendition_hash}")
async def show_rendition(
    visit: VisitDep,
    session: SessionDep,
    library: LibraryDep,
    rendition_hash: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
) -> HTMLResponse:
    """The text with this hash, or that nothing stored has it any more."""
    found = await find_hashed_rendition(session, rendition_hash)
    chapter = await anyio.to_thread.run_sync(_find_chapter, library, found) if found else None
    texts = await anyio.to_thread.run_sync(_render, chapter, found) if chapter and found else []
    context = {
        "hash": rendition_hash,
        "found": found,
        "chapter": chapter,
        "texts": texts,
        "shaped": SHAPED,
    }
    return visit.show("instructor/rendition.html", context)


def _find_chapter(library: ChapterLibrary, found: StoredRendition) -> Chapter | None:
    """The file as it is now: by its rules the text is shown, if it is still there."""
    try:
        return library.load_chapter(found.chapter_id)
    except (ChapterNotFound, UnreadableChapter):
        return None


def _render(chapter: Chapter, found: StoredRendition) -> list[Markup]:
    return [
        render(chapter, section.markdown, section.headings, f"r{order}")
        for order, section in enumerate(found.sections)
    ]
