"""The page of the audit log: who did what, and when."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.core.auditing import service as auditing
from server.core.auditing.domain import ACCOUNT_ACTS, ActFilter, ActKind
from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.learners.accounts.domain import AccountRole
from server.web.dependencies import InstructorPageDep, PagesDep, TitlesDep, VisitDep
from server.web.instructor.telling import NAMES_OF_ACTS, present_act
from server.web.pagination import Turning, read_page

router = APIRouter(include_in_schema=False)

PATH = "/instructor/audit"
PAGE_SIZE = 50


@router.get(PATH)
async def show_audit(
    visit: VisitDep,
    instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    library: LibraryDep,
    titles: TitlesDep,
) -> HTMLResponse:
    """Instructors read what was done to the book; admins what was done to accounts, too."""
    is_admin = instructor.role.includes(AccountRole.ADMIN)
    names = {kind: NAMES_OF_ACTS[kind] for kind in ActKind if is_admin or kind not in ACCOUNT_ACTS}
    fields, page = _read(visit.request.query_params, names), read_page(visit.request.query_params)
    kind = fields.get("act")
    wanted = ActFilter(
        chapter_id=fields.get("chapter_id"),
        kind=ActKind(kind) if kind else None,
        with_accounts=is_admin,
    )
    found = await auditing.list_acts(
        session, wanted, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
    )
    named = {act.chapter_id for act in found.acts if act.chapter_id}
    chapters = await anyio.to_thread.run_sync(_load_chapters, library, named)
    context = {
        "acts": [present_act(act, chapters, instructor) for act in found.acts],
        "turn": Turning(PATH, fields, page, PAGE_SIZE, found.total),
        "fields": fields,
        "names": names,
        "titles": titles,
    }
    return pages.show(visit, "instructor/audit.html", context)


def _read(given: Mapping[str, str], names: Mapping[ActKind, str]) -> dict[str, str]:
    """The fields that say something; a chapter may be one that the book does not have any more."""
    chapter_id = "".join(each for each in given.get("chapter_id", "") if each.isprintable())[:255]
    act = given.get("act", "")
    fields = {"chapter_id": chapter_id, "act": act if act in set(names) else ""}
    return {name: value for name, value in fields.items() if value}


def _load_chapters(library: ChapterLibrary, chapter_ids: Iterable[str]) -> dict[str, Chapter]:
    """Those that the book still has, and that can be read."""
    chapters = dict[str, Chapter]()
    for chapter_id in chapter_ids:
        with suppress(TextbookError):
            chapters[chapter_id] = library.load_chapter(chapter_id)
    return chapters
