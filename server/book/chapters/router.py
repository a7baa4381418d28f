"""HTTP for the book as its authors wrote it."""

import anyio.to_thread
from fastapi import APIRouter

from server.book.chapters.dependencies import ChapterDep, LibraryDep
from server.book.chapters.domain import Chapter
from server.book.chapters.schemas import ChapterListResponse, ChapterResponse
from server.core.http.openapi import describe_problems

router = APIRouter(prefix="/chapters", tags=["chapters"])


@router.get("")
async def list_chapters(library: LibraryDep) -> ChapterListResponse:
    """The chapters in the order of the book."""
    return ChapterListResponse(chapters=await anyio.to_thread.run_sync(library.list_chapters))


# ChapterDep takes the id.
@router.get(
    "/{chapter_id:path}",  # noqa: FAST003
    response_model=ChapterResponse,
    responses=describe_problems(404, 422),
)
async def read_chapter(chapter: ChapterDep) -> Chapter:
    """A chapter as its author wrote it; ids may contain `/`."""
    return chapter
