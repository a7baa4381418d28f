"""The library, and "load or 404"."""

from typing import Annotated

import anyio.to_thread
from fastapi import Depends

from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.core.packages import find_part

LibraryDep = Annotated[ChapterLibrary, Depends(find_part("library", ChapterLibrary))]


async def load_chapter(chapter_id: str, library: LibraryDep) -> Chapter:
    """The chapter with this id or alias, parsed off the event loop; 404 where there is none."""
    return await anyio.to_thread.run_sync(library.load_chapter, chapter_id)


ChapterDep = Annotated[Chapter, Depends(load_chapter)]
