"""HTTP for instructors who act on a section: edit, pin, unpin, reject, lock, unlock."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.book.chapters.dependencies import ChapterDep
from server.core.auditing.domain import ActKind
from server.core.http.openapi import describe_problems
from server.staff.instruction.acts import service as acting
from server.staff.instruction.acts.schemas import (
    ActResponse,
    EditRequest,
    LockRequest,
    PinRequest,
    RejectRequest,
    SectionName,
)
from server.staff.instruction.dependencies import BenchDep

router = APIRouter(
    prefix="/instruction/chapters",
    tags=["instruction"],
    responses=describe_problems(401, 403, 404, 409, 422),
)


def _describe(
    kind: ActKind, chapter_id: str, section: str, plan_hash: str | None, *, changed: bool
) -> ActResponse:
    return ActResponse(
        act=kind, chapter_id=chapter_id, section=section, plan_hash=plan_hash, changed=changed
    )


@router.put("/{chapter_id:path}/text")  # noqa: FAST003
async def edit_text(bench: BenchDep, chapter: ChapterDep, body: EditRequest) -> ActResponse:
    """Write runs yourself, for the learners of one plan; the verifier checks them like a model's.

    The text is pinned. Everything that the verifier has against it is in the 422's fields.
    """
    target = await bench.find_target(chapter, body.section, body.plan_hash)
    await acting.edit(bench, target, acting.Edit(body.list_runs(), body.list_notes()))
    name = target.place.plan_hash
    return _describe(ActKind.EDIT, chapter.id, body.section, name, changed=True)


@router.put("/{chapter_id:path}/pin")  # noqa: FAST003
async def pin_text(bench: BenchDep, chapter: ChapterDep, body: PinRequest) -> ActResponse:
    """Have the text that is shown now win over others until the section changes."""
    target = await bench.find_target(chapter, body.section, body.plan_hash)
    await acting.pin(bench, target)
    name = target.place.plan_hash
    return _describe(ActKind.PIN, chapter.id, body.section, name, changed=True)


@router.delete("/{chapter_id:path}/pin")  # noqa: FAST003
async def unpin_text(
    bench: BenchDep,
    chapter: ChapterDep,
    section: Annotated[SectionName, Query()],
    plan_hash: Annotated[str, Query(max_length=64)],
) -> ActResponse:
    """Have the model's text shown again; also for a section or a plan that is gone."""
    changed = await acting.unpin(bench, chapter, section, plan_hash)
    return _describe(ActKind.UNPIN, chapter.id, section, plan_hash, changed=changed)


@router.post("/{chapter_id:path}/reject")  # noqa: FAST003
async def reject_text(bench: BenchDep, chapter: ChapterDep, body: RejectRequest) -> ActResponse:
    """Drop the text that is shown, its pin and its back-off; the next request asks anew."""
    target = await bench.find_target(chapter, body.section, body.plan_hash)
    changed = await acting.reject(bench, target, body.hint)
    name = target.place.plan_hash
    return _describe(ActKind.REJECT, chapter.id, body.section, name, changed=changed)


@router.put("/{chapter_id:path}/lock")  # noqa: FAST003
async def lock_section(bench: BenchDep, chapter: ChapterDep, body: LockRequest) -> ActResponse:
    """Show a section to everybody as its author wrote it, without touching the file."""
    changed = await acting.lock(bench, chapter, body.section)
    return _describe(ActKind.LOCK, chapter.id, body.section, None, changed=changed)


@router.delete("/{chapter_id:path}/lock")  # noqa: FAST003
async def unlock_section(
    bench: BenchDep, chapter: ChapterDep, section: Annotated[SectionName, Query()]
) -> ActResponse:
    """Let a section be rewritten again; what its author has locked in the file stays so."""
    changed = await acting.unlock(bench, chapter, section)
    return _describe(ActKind.UNLOCK, chapter.id, section, None, changed=changed)
