"""From a request to what was judged, or the refusal."""

from typing import Annotated

import anyio.to_thread
from fastapi import Depends, Query
from pydantic import StringConstraints

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.library import ChapterLibrary, UnreadableChapter
from server.errors import ChapterNotFound
from server.generation.editions.domain import Order
from server.generation.editions.service import OrderDesk
from server.generation.renditions.dependencies import OrderDeskDep
from server.insight.feedback.domain import MAX_NAME_LENGTH, Feedback, SectionNotFound
from server.insight.feedback.schemas import FeedbackRequest
from server.learners.accounts.dependencies import ClaimsDep

NAME_PATTERN = r"^[^\x00]+$"


async def judge_what_is_shown(
    claims: ClaimsDep, desk: OrderDeskDep, body: FeedbackRequest
) -> Feedback:
    """Find what feedback judges: the chapter as `POST /personalize` shows it to the learner."""
    return await judge_for(desk, claims.user_id, body)


async def judge_for(desk: OrderDesk, user_id: int, body: FeedbackRequest) -> Feedback:
    """Find what feedback judges for who came in another way than with a token."""
    order = await desk.place(user_id, body.chapter_id, language=body.language)
    return Feedback(
        chapter_id=order.chapter.id,
        section=body.section,
        section_key=None if body.section is None else _find_key(order, body.section),
        plan_hash=order.plan_hash,
        helpful=body.helpful,
        comment=body.comment,
        fault=body.fault,
    )


def _find_key(order: Order, section_id: str) -> str:
    for part in order.parts:
        if part.section.id == section_id:
            return part.key
    raise SectionNotFound(f"The chapter {order.chapter.id!r} has no section {section_id!r}.")


Name = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_NAME_LENGTH, pattern=NAME_PATTERN)
]
ChapterName = Annotated[
    Name, Query(description="The chapter's id, also of one that has left the book.")
]
SectionName = Annotated[
    Name | None,
    Query(description="The section's id; without one, the chapter as a whole is meant."),
]


async def name_chapter(library: LibraryDep, chapter_id: ChapterName) -> str:
    """The id that feedback is kept under, also where an alias is given."""
    return await anyio.to_thread.run_sync(_resolve, library, chapter_id)


async def name_any_chapter(
    library: LibraryDep, chapter_id: ChapterName | None = None
) -> str | None:
    """Return the chapter that feedback is asked about; None where all are meant."""
    return None if chapter_id is None else await name_chapter(library, chapter_id)


def _resolve(library: ChapterLibrary, chapter_id: str) -> str:
    """What was said about a chapter can be read and taken back after its file has gone."""
    try:
        return library.load_chapter(chapter_id).id
    except (ChapterNotFound, UnreadableChapter):
        return chapter_id


FeedbackDep = Annotated[Feedback, Depends(judge_what_is_shown)]
ChapterNameDep = Annotated[str, Depends(name_chapter)]
AnyChapterNameDep = Annotated[str | None, Depends(name_any_chapter)]
