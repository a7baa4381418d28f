"""What the audit log says about warm-ups."""

from collections.abc import Mapping

from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.core.database.engine import Sessions
from server.generation.warming.domain import Estimate, Job, Wish


def describe_start(job: Job) -> Act:
    """A warm-up that a server does for an instructor."""
    return _describe(job.wish, job.estimate, {"job": str(job.id)})


async def record_command(sessions: Sessions, wish: Wish, needed: Estimate, *, batch: bool) -> None:
    """One that somebody begins at the command line, where nobody is signed in."""
    act = _describe(wish, needed, {"by": "command line", "batch": batch})
    async with sessions.begin() as session:
        await record(session, None, act)


def _describe(wish: Wish, needed: Estimate, more: Mapping[str, object]) -> Act:
    """One chapter is named as an act's chapter, several only among the details."""
    named = wish.chapter_ids
    details = {
        **more,
        "chapter_ids": list(named),
        "plans": wish.plans.value,
        "languages": list(wish.languages),
        "upgrade": wish.upgrade,
        "missing": needed.missing,
    }
    return Act(ActKind.WARM, chapter_id=named[0] if len(named) == 1 else None, details=details)
