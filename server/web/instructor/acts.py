"""What the forms of a review do: edit, accept, pin, unpin, reject, lock, unlock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, TypeVar
from urllib.parse import quote, urlencode

import anyio.to_thread
from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.domain import Chapter
from server.core.auditing.domain import ActKind
from server.errors import InvalidInput, TextbookError
from server.generation.rewriting.domain import Note
from server.staff.instruction.acts import service as acting
from server.staff.instruction.acts.schemas import (
    AcceptRequest,
    EditRequest,
    LockRequest,
    PinRequest,
    RejectRequest,
)
from server.web.dependencies import TrustedForm
from server.web.instructor.edits import (
    Seen,
    check_pin,
    find_changed,
    find_changed_notes,
    find_seen,
    settle_typed,
)
from server.web.instructor.refusals import Refusal, Typed, explain_request
from server.web.instructor.review import ReviewRoom, ReviewRoomDep

router = APIRouter(prefix="/instructor/acts", include_in_schema=False, dependencies=[TrustedForm])

MOST_DIGITS = 6  # of the number of a run
LONGEST_PLAN = 64

AnyRequest = TypeVar("AnyRequest", bound=BaseModel)
FormText = Annotated[str, Form()]
FormTexts = Annotated[list[str], Form()]


@dataclass(frozen=True, slots=True)
class Spot:
    """What a form is about: the chapter as it is now, and what its sender saw of it."""

    chapter: Chapter
    seen: Seen
    pinned: Seen  # where a pin is to be taken off
    texts: Mapping[str, str]  # that are to be accepted, as they were read

    def write_address(self, done: ActKind) -> str:
        """Back to the section, with word of what was done."""
        section = self.seen.section_id
        query = urlencode({"plan": self.seen.plan_hash, "done": done, "section": section})
        return f"/instructor/review/{quote(self.chapter.id)}?{query}#{quote(section)}"


async def get_spot(
    _room: ReviewRoomDep,  # who may not act learns nothing about chapters
    library: LibraryDep,
    chapter_id: FormText = "",
    plan: Annotated[str, Form(max_length=LONGEST_PLAN)] = "",
    section: FormText = "",
    seen: FormText = "",
    pinned_section: FormText = "",
    pinned_plan: FormText = "",
    pinned_text: Annotated[str, Form(pattern=r"^[0-9a-f:]{0,97}$")] = "",
    read_section: FormTexts = [],  # noqa: B006  # the framework copies it
    read_text: FormTexts = [],  # noqa: B006
) -> Spot:
    """Read which section an instructor's form is about."""
    chapter = await anyio.to_thread.run_sync(library.load_chapter, chapter_id)
    pinned = Seen(pinned_plan, pinned_section, pinned_text)
    texts = dict(zip(read_section, read_text, strict=False))
    return Spot(chapter, Seen(plan, section, seen), pinned, texts)


SpotDep = Annotated[Spot, Depends(get_spot)]


def get_typed(
    text: FormTexts = [],  # noqa: B006  # the framework copies it
    note_kind: FormTexts = [],  # noqa: B006
    note_text: FormTexts = [],  # noqa: B006
    note_after: FormTexts = [],  # noqa: B006
    note_removed: FormTexts = [],  # noqa: B006
    hint: FormText = "",
) -> Typed:
    """The fields of an edit in their order; a note without words is one that was taken away."""
    told = zip(note_kind, note_text, note_after, strict=False)
    notes = tuple(
        Note(kind, settle_typed(words), read_place(after))
        for number, (kind, words, after) in enumerate(told)
        if words.strip() and str(number) not in note_removed
    )
    return Typed(tuple(text), notes, hint)


TypedDep = Annotated[Typed, Depends(get_typed)]


def read_place(after: str) -> int | None:
    """The run that a note stands behind, as our form wrote it; else the section's end."""
    is_number = after.isascii() and after.isdecimal() and len(after) <= MOST_DIGITS
    return int(after) if is_number else None


async def _edit(room: ReviewRoom, spot: Spot, typed: Typed) -> None:
    """Only what was changed is sent on, under the limits that the API has."""
    section = await find_seen(room.bench, spot.chapter, spot.seen)
    runs, notes = find_changed(section, typed.texts), find_changed_notes(section, typed.notes)
    if not runs and notes is None:
        advice = " To keep this text as it is, pin it." if section.rewrite else ""
        raise InvalidInput(f"You have changed nothing.{advice}")
    changed = [{"index": index, "text": text} for index, text in sorted(runs.items())]
    told = None if notes is None else [asdict(note) for note in notes]
    request = _read(EditRequest, spot.seen, numbers=sorted(runs), runs=changed, notes=told)
    await acting.edit(room.bench, spot.chapter, request)


async def _accept(room: ReviewRoom, spot: Spot, _typed: Typed) -> None:
    """One text, or all that wait: each is named as it stood on the page."""
    texts = [{"section": name, "text_hash": sign} for name, sign in spot.texts.items()]
    await acting.accept(room.bench, spot.chapter, _read(AcceptRequest, spot.seen, sections=texts))


async def _pin(room: ReviewRoom, spot: Spot, _typed: Typed) -> None:
    request = _read(PinRequest, spot.seen)
    await find_seen(room.bench, spot.chapter, spot.seen)
    await acting.pin(room.bench, spot.chapter, request)


async def _unpin(room: ReviewRoom, spot: Spot, _typed: Typed) -> None:
    """By the names that the pin was given under, which may be earlier ones."""
    request = _read(PinRequest, spot.pinned)
    await check_pin(room.bench, spot.chapter, spot.pinned.sign)
    await acting.unpin(room.bench, spot.chapter, request)


async def _reject(room: ReviewRoom, spot: Spot, typed: Typed) -> None:
    request = _read(RejectRequest, spot.seen, hint=settle_typed(typed.hint) or None)
    await find_seen(room.bench, spot.chapter, spot.seen)
    await acting.reject(room.bench, spot.chapter, request)


async def _lock(room: ReviewRoom, spot: Spot, _typed: Typed) -> None:
    await acting.lock(room.bench, spot.chapter, _read(LockRequest, spot.seen).section)


async def _unlock(room: ReviewRoom, spot: Spot, _typed: Typed) -> None:
    await acting.unlock(room.bench, spot.chapter, _read(LockRequest, spot.seen).section)


def _read(
    kind: type[AnyRequest], seen: Seen, *, numbers: Sequence[int] = (), **more: object
) -> AnyRequest:
    """The same request as the API's, so that its limits are the page's."""
    names = {"section": seen.section_id, "plan_hash": seen.plan_hash}
    try:
        return kind.model_validate({**names, **more})
    except ValidationError as error:
        raise explain_request(error, numbers) from error


def _take(kind: ActKind, perform: Callable[[ReviewRoom, Spot, Typed], Awaitable[None]]) -> None:
    """Back to the section with a word on what was done; or the page again with what was typed."""

    @router.post(f"/{kind}", name=kind)
    async def act(room: ReviewRoomDep, spot: SpotDep, typed: TypedDep) -> Response:
        try:
            await perform(room, spot, typed)
        except TextbookError as error:
            refusal = Refusal(kind, spot.seen.section_id, error, typed)
            return await room.show(spot.chapter, spot.seen.plan_hash, refusal)
        return RedirectResponse(spot.write_address(kind), status_code=303)


_take(ActKind.EDIT, _edit)
_take(ActKind.ACCEPT, _accept)
_take(ActKind.PIN, _pin)
_take(ActKind.UNPIN, _unpin)
_take(ActKind.REJECT, _reject)
_take(ActKind.LOCK, _lock)
_take(ActKind.UNLOCK, _unlock)
