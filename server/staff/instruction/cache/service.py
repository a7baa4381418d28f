"""Clear stored text, and say so in the audit log: both, or neither."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.generation.renditions import service
from server.generation.renditions.domain import Cleared, ClearScope


async def clear(
    session: AsyncSession, user_id: int, scope: ClearScope, *, rewrites: bool
) -> Cleared:
    """Forget what is in scope; for the API and the pages alike."""
    cleared = await service.clear(session, scope, rewrites=rewrites)
    await record(session, user_id, _describe(scope, cleared, rewrites=rewrites))
    return cleared


def _describe(scope: ClearScope, cleared: Cleared, *, rewrites: bool) -> Act:
    """Which learner's renditions went is not kept: that would outlive the learner's account."""
    details = {
        "scope": _name(scope),
        "with_rewrites": rewrites,
        "renditions": cleared.renditions,
        "rewrites": cleared.rewrites,
    }
    return Act(ActKind.CLEAR, chapter_id=scope.chapter_id, details=details)


def _name(scope: ClearScope) -> str:
    if scope.chapter_id is not None:
        return "chapter"
    return "all" if scope.user_id is None else "learner"
