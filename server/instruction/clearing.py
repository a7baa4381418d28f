"""What the audit log says about a clearing. Pure."""

from server.auditing.domain import Act, ActKind
from server.personalization.domain import Cleared, ClearScope


def describe_clearing(scope: ClearScope, cleared: Cleared, *, rewrites: bool) -> Act:
    """Which learner's renditions went is not kept: that would outlive the learner's account."""
    if scope.chapter_id is not None:
        cleared_what = "chapter"
    else:
        cleared_what = "all" if scope.user_id is None else "learner"
    details = {
        "scope": cleared_what,
        "with_rewrites": rewrites,
        "renditions": cleared.renditions,
        "rewrites": cleared.rewrites,
    }
    return Act(ActKind.CLEAR, chapter_id=scope.chapter_id, details=details)
