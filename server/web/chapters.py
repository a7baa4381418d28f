"""Pages of reading: the book's contents, a chapter, its personalised sections, its pictures."""

from mimetypes import guess_type

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from server.book.chapters.dependencies import ChapterDep, LibraryDep
from server.book.chapters.domain import Chapter, Heading
from server.book.html.references import surroundings_of
from server.book.html.renderer import render_markdown
from server.errors import NotFound
from server.generation.renditions.domain import (
    SectionStatus,
)
from server.web.dependencies import VisitDep

router = APIRouter(include_in_schema=False)

# What the page offers at once; any other language is a profile's to name.
LANGUAGES = ("en", "ur")
WORDS_A_MINUTE = 200  # that somebody reads
PICTURE_TYPES = frozenset({"image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"})
PICTURE_HEADERS = {
    # A picture opened on its own may hold script; it gets no rights.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=300",
}


@router.get("/")
async def show_home(visit: VisitDep, library: LibraryDep) -> HTMLResponse:
    """The page that lists the book's chapters."""
    chapters = await anyio.to_thread.run_sync(library.list_chapters)
    return visit.show("home.html", {"chapters": chapters})


@router.get("/chapters/{chapter_id:path}")
async def show_chapter(
    visit: VisitDep, library: LibraryDep, chapter: ChapterDep, chapter_id: str
) -> Response:
    """The page of a chapter, with its bar."""
    if chapter_id != chapter.id:
        return RedirectResponse(f"/chapters/{chapter.id}", status_code=308)
    chapters = await anyio.to_thread.run_sync(library.list_chapters)
    ids = [each.chapter_id for each in chapters]
    place = ids.index(chapter.id) if chapter.id in ids else len(ids)
    context = {
        "chapters": chapters,
        "chapter": chapter,
        "texts": await anyio.to_thread.run_sync(render_sections, chapter),
        "previous": chapters[place - 1] if 0 < place < len(ids) else None,
        "following": chapters[place + 1] if place + 1 < len(ids) else None,
        "minutes": max(1, round(len(chapter.content.split()) / WORDS_A_MINUTE)),
        "languages": LANGUAGES,
    }
    return visit.show("chapter.html", context)


@router.get("/media/{path:path}")
async def show_picture(path: str, library: LibraryDep) -> Response:
    """A picture of the book; nothing else of its folder is served."""
    kind, _ = guess_type(path)
    found = await anyio.to_thread.run_sync(library.find_attachment, path)
    if found is None or kind not in PICTURE_TYPES:
        raise NotFound("There is no such picture.")
    return FileResponse(found, media_type=kind, headers=PICTURE_HEADERS)


SHAPED = frozenset({SectionStatus.REWRITTEN, SectionStatus.CACHED})


def render_sections(chapter: Chapter) -> list[Markup]:
    """Render the chapter's page as its author wrote it."""
    return [
        render(chapter, section.source, section.headings, f"a{order}")
        for order, section in enumerate(chapter.sections)
    ]


def render(chapter: Chapter, markdown: str, headings: tuple[Heading, ...], name: str) -> Markup:
    """Render a text of a chapter's page; the name keeps its footnotes apart."""
    html = render_markdown(markdown, surroundings_of(chapter), headings, name)
    return Markup(html)  # noqa: S704  # the renderer's output has passed the sanitiser
