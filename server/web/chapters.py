"""Pages of reading: the book's contents, a chapter, its personalised sections, its pictures."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import asdict
from mimetypes import guess_type
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from markupsafe import Markup
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.dependencies import ChapterDep, LibraryDep
from server.book.chapters.domain import Chapter, Heading
from server.book.html.references import surroundings_of
from server.book.html.renderer import render_markdown, render_trees
from server.book.languages.tags import direction_of
from server.core.database.dependencies import SessionDep
from server.core.http.problems import explain_failure
from server.errors import InvalidInput, NotFound
from server.generation.editions.domain import Order
from server.generation.renditions import service
from server.generation.renditions.dependencies import OrderDeskDep, ResourcesDep
from server.generation.renditions.domain import (
    Event,
    Planned,
    Prepared,
    Rendition,
    SectionReady,
    SectionStatus,
    ShownSection,
    notice_for,
)
from server.insight.feedback import service as feedback
from server.insight.feedback.dependencies import judge_for
from server.insight.feedback.domain import StoredFeedback
from server.insight.feedback.schemas import FeedbackRequest
from server.learners.accounts.domain import Account
from server.web.dependencies import ScriptMemberDep, TrustedScript, VisitDep

router = APIRouter(include_in_schema=False)

# What the page offers at once; any other language is a profile's to name.
LANGUAGES = (("", "My language"), ("en", "English"), ("ur", "اردو"))
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
    visit: VisitDep, library: LibraryDep, session: SessionDep, chapter: ChapterDep, chapter_id: str
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
        "thumbs": await _list_thumbs(session, visit.account, chapter.id),
    }
    return visit.show("chapter.html", context)


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
    """Read which chapter the reader's page asks for, or refuse before the first byte."""
    order = await desk.place(member.id, chapter_id, language=language or None)
    return await service.prepare(resources, order)


@router.post("/personalize", response_class=EventSourceResponse, dependencies=[TrustedScript])
async def stream_sections(
    prepared: Annotated[Prepared, Depends(prepare_order)], resources: ResourcesDep
) -> AsyncIterator[ServerSentEvent]:
    """The click on the chapter's page: the API's pipeline, each section as trees when ready."""
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
    """The thumbs on the chapter's page: one for the version that is shown replaces the earlier."""
    values = {"chapter_id": chapter_id, "helpful": helpful, "section": section or None}
    values |= {"comment": comment or None, "language": language or None}
    try:
        body = FeedbackRequest.model_validate(values)
    except ValidationError as error:
        raise InvalidInput("This comment cannot be kept; 2,000 characters are enough.") from error
    judged = await judge_for(desk, member.id, body)
    await feedback.remember_feedback(session, member.id, judged)
    return Response(status_code=204)


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


async def present_events(
    events: AsyncGenerator[Event], order: Order
) -> AsyncIterator[tuple[str, dict[str, object]]]:
    """The events of a click as the page's script reads them: name and data."""
    try:
        async with aclosing(events):
            async for event in events:
                yield await _present_event(event, order)
    except Exception as error:  # noqa: BLE001  # a stream cannot change its 200
        yield "error", {"detail": explain_failure(error).detail}


async def _present_event(event: Event, order: Order) -> tuple[str, dict[str, object]]:
    if isinstance(event, Planned):
        return "plan", _present_plan(event)
    if isinstance(event, SectionReady):
        return "section", await _present_section(order, event.index, event.section)
    return "done", _present_end(event)


def _present_plan(planned: Planned) -> dict[str, object]:
    return {"sections": list(planned.section_ids)}


def _present_explanation(rendition: Rendition) -> dict[str, object]:
    """What was done, each transformation with the plan's reason for it."""
    explanation = asdict(service.explain(rendition))
    effects = zip(explanation["transformations"], rendition.order.plan.reasons, strict=True)
    told = [{**effect, "reason": reason} for effect, reason in effects]
    return {**explanation, "transformations": told}


async def _present_section(order: Order, index: int, section: ShownSection) -> dict[str, object]:
    is_shaped = section.status in SHAPED and section.provider != "offline"
    own_language = order.edition.own_language(order.chapter.sections[index])
    language = order.plan.language if is_shaped else own_language
    trees = await anyio.to_thread.run_sync(
        render_trees, order.chapter, section.markdown, section.headings, f"p{index}"
    )
    return {
        "id": section.id,
        "status": section.status,
        "reason": section.reason,
        "notes": len(section.notes),
        "reworded": section.is_reworded,
        "writer": section.writer,
        "review": section.review,
        "trees": trees,
        "language": language,
        "direction": direction_of(language),
        "headings": [{"id": heading.id, "text": heading.text} for heading in section.headings],
    }


def _present_end(rendition: Rendition) -> dict[str, object]:
    return {
        "title": rendition.title,
        "language": rendition.language,
        "direction": direction_of(rendition.language),
        "notice": notice_for(rendition),
        "explanation": _present_explanation(rendition),
        "cached": rendition.cached,
        "seconds": rendition.response_time_ms / 1000,
    }
