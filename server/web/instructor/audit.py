"""The page of the audit log: who did what, and when."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.core.auditing.domain import ACCOUNT_ACTS, ActFilter, ActKind, RecordedAct
from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.learners.accounts.domain import AccountRole
from server.staff.instruction.review.service import list_acts
from server.web.dependencies import InstructorPageDep, TitlesDep, VisitDep
from server.web.labels import LABELS
from server.web.pagination import Turning, read_page

router = APIRouter(include_in_schema=False)

PATH = "/instructor/audit"
PAGE_SIZE = 50


@router.get(PATH)
async def show_audit(
    visit: VisitDep,
    instructor: InstructorPageDep,
    session: SessionDep,
    library: LibraryDep,
    titles: TitlesDep,
) -> HTMLResponse:
    """Instructors read what was done to the book; admins what was done to accounts, too."""
    is_admin = instructor.role.includes(AccountRole.ADMIN)
    names = {kind: LABELS["acts"][kind] for kind in ActKind if is_admin or kind not in ACCOUNT_ACTS}
    fields, page = _read(visit.request.query_params, names), read_page(visit.request.query_params)
    kind = fields.get("act")
    wanted = ActFilter(
        chapter_id=fields.get("chapter_id"),
        kind=ActKind(kind) if kind else None,
        with_accounts=is_admin,
    )
    found = await list_acts(
        session, wanted, instructor, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
    )
    named = {act.chapter_id for act in found.acts if act.chapter_id}
    chapters = await anyio.to_thread.run_sync(_load_chapters, library, named)
    context = {
        "acts": found.acts,
        "name_actor": name_actor,
        "find_place": partial(find_place, chapters=chapters),
        "turn": Turning(PATH, fields, page, PAGE_SIZE, found.total),
        "fields": fields,
        "names": names,
        "titles": titles,
    }
    return visit.show("instructor/audit.html", context)


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


Chapters = Mapping[str, Chapter]  # those that acts name and that the book still has


@dataclass(frozen=True)
class Place:
    """What was acted on; what is not there any more has nowhere to go."""

    name: str
    section: str | None = None
    href: str | None = None
    is_chapter: bool = True


def name_actor(act: RecordedAct) -> str:
    """By address, by number where there is none, or that nobody knows any more."""
    if act.who:
        return act.who
    if act.user_id is not None:
        return f"Account {act.user_id}"
    if act.details.get("by") == "command line":
        return "Somebody at the command line"
    return "Somebody whose account is erased"


def find_place(act: RecordedAct, chapters: Chapters) -> Place | None:
    """Find what an audited act was done to, as the audit's page names it."""
    if act.chapter_id is not None:
        return _find_place_in_book(act, act.chapter_id, chapters.get(act.chapter_id))
    number = act.details.get("account")
    if number is None:
        return None
    return Place(f"account {number}", href=f"/admin/accounts?search={number}", is_chapter=False)


def _find_place_in_book(act: RecordedAct, chapter_id: str, chapter: Chapter | None) -> Place:
    if chapter is None:
        return Place(chapter_id, act.section)
    if act.section is None:
        return Place(chapter.title, href=f"/instructor/chapters/{quote(chapter_id)}")
    title = _find_title(chapter, act.section)
    plan = f"?plan={quote(act.plan_hash)}" if act.plan_hash else ""
    anchor = f"#{quote(act.section, safe='')}"
    return Place(chapter.title, title, f"/instructor/review/{quote(chapter_id)}{plan}{anchor}")


def _find_title(chapter: Chapter, section_id: str) -> str:
    """The section's heading; its id, where it has none or is not there any more."""
    titles = (each.title for each in chapter.sections if each.id == section_id)
    return next(titles, "") or section_id
