"""What the forms of a review do: edit, pin, unpin, reject, lock, unlock."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import quote, urlencode

import anyio.to_thread
from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.domain import Chapter
from server.core.auditing.domain import ActKind
from server.errors import InvalidInput, TextbookError
from server.generation.rewriting.domain import Note
from server.staff.instruction.acts import service as acting
from server.staff.instruction.acts.schemas import (
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

AnyRequest = TypeVar("AnyRequest", bound=LockRequest)
FormText = Annotated[str, Form()]
FormTexts = Annotated[list[str], Form()]


@dataclass(frozen=True, slots=True)
class Spot:
    """What a form is about: the chapter as it is now, and what its sender saw of it."""

    chapter: Chapter
    seen: Seen

    @property
    def names(self) -> dict[str, str]:
        return {"section": self.seen.section_id, "plan_hash": self.seen.plan_hash}

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
) -> Spot:
    chapter = await anyio.to_thread.run_sync(library.load_chapter, chapter_id)
    return Spot(chapter, Seen(plan, section, seen))


SpotDep = Annotated[Spot, Depends(get_spot)]


def get_typed(
    text: FormTexts = [],  # noqa: B006  # the framework copies it
    note_kind: FormTexts = [],  # noqa: B006
    note_text: FormTexts = [],  # noqa: B006
    note_after: FormTexts = [],  # noqa: B006
    note_removed: FormTexts = [],  # noqa: B006
) -> Typed:
    """The fields of an edit in their order; a note without words is one that was taken away."""
    told = zip(note_kind, note_text, note_after, strict=False)
    notes = tuple(
        Note(kind, settle_typed(words), read_place(after))
        for number, (kind, words, after) in enumerate(told)
        if words.strip() and str(number) not in note_removed
    )
    return Typed(tuple(text), notes)


def read_place(after: str) -> int | None:
    """The run that a note stands behind, as our form wrote it; else the section's end."""
    is_number = after.isascii() and after.isdecimal() and len(after) <= MOST_DIGITS
    return int(after) if is_number else None


@router.post("/edit")
async def edit(
    room: ReviewRoomDep, spot: SpotDep, typed: Annotated[Typed, Depends(get_typed)]
) -> Response:
    return await _carry_out(room, spot, ActKind.EDIT, _edit(room, spot, typed), typed)


async def _edit(room: ReviewRoom, spot: Spot, typed: Typed) -> None:
    """Only what was changed is sent on, under the limits that the API has."""
    section = await find_seen(room.bench, spot.chapter, spot.seen)
    runs, notes = find_changed(section, typed.texts), find_changed_notes(section, typed.notes)
    if not runs and notes is None:
        advice = " To keep this text as it is, pin it." if section.rewrite else ""
        raise InvalidInput(f"You have changed nothing.{advice}")
    request = _read_edit(spot, sorted(runs.items()), notes)
    target = await room.bench.find_target(spot.chapter, request.section, request.plan_hash)
    await acting.edit(room.bench, target, acting.Edit(request.list_runs(), request.list_notes()))


def _read_edit(
    spot: Spot, runs: Sequence[tuple[int, str]], notes: tuple[Note, ...] | None
) -> EditRequest:
    told = None
    if notes is not None:
        told = [{"kind": each.kind, "text": each.text, "after": each.after} for each in notes]
    changed = [{"index": index, "text": text} for index, text in runs]
    try:
        return EditRequest.model_validate({**spot.names, "runs": changed, "notes": told})
    except ValidationError as error:
        raise explain_request(error, [index for index, _ in runs]) from error


@router.post("/pin")
async def pin(room: ReviewRoomDep, spot: SpotDep) -> Response:
    return await _carry_out(room, spot, ActKind.PIN, _pin(room, spot))


async def _pin(room: ReviewRoom, spot: Spot) -> None:
    request = _read(PinRequest, spot)
    await find_seen(room.bench, spot.chapter, spot.seen)
    target = await room.bench.find_target(spot.chapter, request.section, request.plan_hash)
    await acting.pin(room.bench, target)


@router.post("/unpin")
async def unpin(
    room: ReviewRoomDep,
    spot: SpotDep,
    pinned_section: FormText = "",
    pinned_plan: FormText = "",
    pinned_text: Annotated[str, Form(pattern=r"^[0-9a-f:]{0,97}$")] = "",
) -> Response:
    """Take a pin off by the names that it was given under, which may be earlier ones."""
    earlier = Spot(spot.chapter, Seen(pinned_plan, pinned_section, pinned_text))
    return await _carry_out(room, spot, ActKind.UNPIN, _unpin(room, earlier))


async def _unpin(room: ReviewRoom, spot: Spot) -> None:
    request = _read(PinRequest, spot)
    await check_pin(room.bench, spot.chapter, spot.seen.sign)
    await acting.unpin(room.bench, spot.chapter, request.section, request.plan_hash)


@router.post("/reject")
async def reject(room: ReviewRoomDep, spot: SpotDep, hint: FormText = "") -> Response:
    work = _reject(room, spot, settle_typed(hint))
    return await _carry_out(room, spot, ActKind.REJECT, work, Typed(hint=hint))


async def _reject(room: ReviewRoom, spot: Spot, hint: str) -> None:
    request = _read(RejectRequest, spot, hint=hint or None)
    await find_seen(room.bench, spot.chapter, spot.seen)
    target = await room.bench.find_target(spot.chapter, request.section, request.plan_hash)
    await acting.reject(room.bench, target, request.hint)


@router.post("/lock")
async def lock(room: ReviewRoomDep, spot: SpotDep) -> Response:
    return await _carry_out(room, spot, ActKind.LOCK, _lock(room, spot))


async def _lock(room: ReviewRoom, spot: Spot) -> None:
    await acting.lock(room.bench, spot.chapter, _read(LockRequest, spot).section)


@router.post("/unlock")
async def unlock(room: ReviewRoomDep, spot: SpotDep) -> Response:
    return await _carry_out(room, spot, ActKind.UNLOCK, _unlock(room, spot))


async def _unlock(room: ReviewRoom, spot: Spot) -> None:
    await acting.unlock(room.bench, spot.chapter, _read(LockRequest, spot).section)


def _read(kind: type[AnyRequest], spot: Spot, **more: str | None) -> AnyRequest:
    """The same request as the API's, so that its limits are the page's."""
    try:
        return kind.model_validate({**spot.names, **more})
    except ValidationError as error:
        raise explain_request(error) from error


async def _carry_out(
    room: ReviewRoom, spot: Spot, kind: ActKind, work: Awaitable[None], typed: Typed | None = None
) -> Response:
    """Back to the section with a word on what was done; or the page again with what was typed."""
    try:
        await work
    except TextbookError as error:
        refusal = Refusal(kind, spot.seen.section_id, error, typed or Typed())
        return await room.show(spot.chapter, spot.seen.plan_hash, refusal)
    return RedirectResponse(spot.write_address(kind), status_code=303)
