"""Pages of reading: the book's contents, a chapter, its personalised sections, its pictures."""

from collections.abc import AsyncIterator
from mimetypes import guess_type
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.dependencies import ChapterDep, LibraryDep
from server.core.database.dependencies import SessionDep
from server.errors import InvalidInput, NotFound
from server.generation.renditions import service
from server.generation.renditions.dependencies import OrderDeskDep, ResourcesDep
from server.generation.renditions.domain import Prepared
from server.generation.renditions.schemas import PersonalizeRequest
from server.insight.feedback import service as feedback
from server.insight.feedback.dependencies import judge_for
from server.insight.feedback.domain import StoredFeedback
from server.insight.feedback.schemas import FeedbackRequest
from server.learners.accounts.domain import Account
from server.web.dependencies import PagesDep, ScriptMemberDep, TrustedScript, VisitDep
from server.web.presenting import present_chapter, present_events

router = APIRouter(include_in_schema=False)

# What the page offers at once; any other language is a profile's to name.
LANGUAGES = (("", "My language"), ("en", "English"), ("ur", "اردو"))
PICTURE_TYPES = frozenset({"image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"})
PICTURE_HEADERS = {
    # A picture opened on its own may hold script; it gets no rights.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=300",
}


@router.get("/")
async def show_home(visit: VisitDep, pages: PagesDep, library: LibraryDep) -> HTMLResponse:
    chapters = await anyio.to_thread.run_sync(library.list_chapters)
    return pages.show(visit, "home.html", {"chapters": chapters})


@router.get("/chapters/{chapter_id:path}")
async def show_chapter(
    visit: VisitDep,
    pages: PagesDep,
    library: LibraryDep,
    session: SessionDep,
    chapter: ChapterDep,
    chapter_id: str,
) -> Response:
    if chapter_id != chapter.id:
        return RedirectResponse(f"/chapters/{chapter.id}", status_code=308)
    chapters = await anyio.to_thread.run_sync(library.list_chapters)
    shown = await anyio.to_thread.run_sync(present_chapter, chapter, chapters)
    thumbs = await _list_thumbs(session, visit.account, chapter.id)
    context = {"chapters": chapters, "shown": shown, "languages": LANGUAGES, "thumbs": thumbs}
    return pages.show(visit, "chapter.html", context)


async def _list_thumbs(
    session: AsyncSession, account: Account | None, chapter_id: str
) -> dict[str, StoredFeedback]:
    """What the reader said before, by section; the empty name is the chapter as a whole."""
    if account is None:
        return {}
    said = await feedback.list_own_feedback(session, account.id, chapter_id)
    return {each.section or "": each for each in said}


async def prepare_order(
    member: ScriptMemberDep,
    desk: OrderDeskDep,
    resources: ResourcesDep,
    chapter_id: Annotated[str, Form()],
    language: Annotated[str, Form()] = "",
) -> Prepared:
    """What the page's form asks for, or a refusal before the first byte."""
    request = PersonalizeRequest(chapter_id=chapter_id, language=language or None)
    return await service.prepare(resources, await desk.place(member.id, request))


@router.post("/personalize", response_class=EventSourceResponse, dependencies=[TrustedScript])
async def stream_sections(
    prepared: Annotated[Prepared, Depends(prepare_order)], resources: ResourcesDep
) -> AsyncIterator[ServerSentEvent]:
    """The click: the same pipeline as the API's, each section as HTML as soon as it is ready."""
    async for name, data in present_events(service.watch(resources, prepared), prepared.order):
        yield ServerSentEvent(event=name, data=data)


@router.get("/media/{path:path}")
async def show_picture(path: str, library: LibraryDep) -> Response:
    """A picture of the book; nothing else of its folder is served."""
    kind, _ = guess_type(path)
    found = await anyio.to_thread.run_sync(library.find_attachment, path)
    if found is None or kind not in PICTURE_TYPES:
        raise NotFound("There is no such picture.")
    return FileResponse(found, media_type=kind, headers=PICTURE_HEADERS)


@router.post("/feedback", dependencies=[TrustedScript])
async def give_feedback(
    member: ScriptMemberDep,
    desk: OrderDeskDep,
    session: SessionDep,
    chapter_id: Annotated[str, Form()],
    helpful: Annotated[bool, Form()],
    section: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
    comment: Annotated[str, Form()] = "",
) -> Response:
    """A thumb for the version that is shown; sent again it replaces the earlier one."""
    values = {"chapter_id": chapter_id, "helpful": helpful, "section": section or None}
    values |= {"comment": comment or None, "language": language or None}
    try:
        body = FeedbackRequest.model_validate(values)
    except ValidationError as error:
        raise InvalidInput("This comment cannot be kept; 2,000 characters are enough.") from error
    judged = await judge_for(desk, member.id, body)
    await feedback.remember_feedback(session, member.id, judged)
    return Response(status_code=204)
