"""What the audit log says about a warm-up. Pure."""

from server.auditing.domain import Act, ActKind
from server.warming.domain import Job


def describe_start(job: Job) -> Act:
    """One chapter is named as an act's chapter, several only among the details."""
    named = job.wish.chapter_ids
    details = {
        "job": str(job.id),
        "chapter_ids": list(named),
        "plans": job.wish.plans.value,
        "languages": list(job.wish.languages),
        "upgrade": job.wish.upgrade,
        "missing": job.estimate.missing,
    }
    return Act(ActKind.WARM, chapter_id=named[0] if len(named) == 1 else None, details=details)
