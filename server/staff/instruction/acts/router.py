"""HTTP for instructors who act on a section: edit, accept, pin, unpin, reject, lock, unlock."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.book.chapters.dependencies import ChapterDep
from server.core.http.openapi import describe_problems
from server.staff.instruction.acts import service as acting
from server.staff.instruction.acts.schemas import (
    AcceptRequest,
    EditRequest,
    LockRequest,
    PinRequest,
    RejectRequest,
    SectionName,
)
from server.staff.instruction.dependencies import BenchDep
from server.staff.instruction.domain import AllDone, Done

router = APIRouter(
    prefix="/instruction/chapters",
    tags=["instruction"],
    responses=describe_problems(401, 403, 404, 409, 422),
)


@router.put("/{chapter_id:path}/text")  # noqa: FAST003
async def edit_text(bench: BenchDep, chapter: ChapterDep, body: EditRequest) -> Done:
    """Write runs yourself, for the learners of one plan; the verifier checks them like a model's.

    The text is pinned. Everything that the verifier has against it is in the 422's fields.
    """
    return await acting.edit(bench, chapter, body)


@router.put("/{chapter_id:path}/pin")  # noqa: FAST003
async def pin_text(bench: BenchDep, chapter: ChapterDep, body: PinRequest) -> Done:
    """Have the text that is shown now win over others until the section changes."""
    return await acting.pin(bench, chapter, body)


@router.delete("/{chapter_id:path}/pin")  # noqa: FAST003
async def unpin_text(
    bench: BenchDep,
    chapter: ChapterDep,
    section: Annotated[SectionName, Query()],
    plan_hash: Annotated[str, Query(max_length=64)],
) -> Done:
    """Have the model's text shown again; also for a section or a plan that is gone."""
    wanted = PinRequest(section=section, plan_hash=plan_hash)
    return await acting.unpin(bench, chapter, wanted)


@router.post("/{chapter_id:path}/accept")  # noqa: FAST003
async def accept_texts(bench: BenchDep, chapter: ChapterDep, body: AcceptRequest) -> AllDone:
    """Have texts shown that wait for it, all of them or none; one that has changed is a 409."""
    return await acting.accept(bench, chapter, body)


@router.post("/{chapter_id:path}/reject")  # noqa: FAST003
async def reject_text(bench: BenchDep, chapter: ChapterDep, body: RejectRequest) -> Done:
    """Drop the text that is shown, its pin and its back-off; the next request asks anew."""
    return await acting.reject(bench, chapter, body)


@router.put("/{chapter_id:path}/lock")  # noqa: FAST003
async def lock_section(bench: BenchDep, chapter: ChapterDep, body: LockRequest) -> Done:
    """Show a section to everybody as its author wrote it, without touching the file."""
    return await acting.lock(bench, chapter, body.section)


@router.delete("/{chapter_id:path}/lock")  # noqa: FAST003
async def unlock_section(
    bench: BenchDep, chapter: ChapterDep, section: Annotated[SectionName, Query()]
) -> Done:
    """Let a section be rewritten again; what its author has locked in the file stays so."""
    return await acting.unlock(bench, chapter, section)
