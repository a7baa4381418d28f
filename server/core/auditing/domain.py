"""The frozen values of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict


class ActKind(StrEnum):
    """What somebody did that the audit keeps."""

    CLEAR = "clear"
    WARM = "warm"
    CANCEL = "cancel"  # of a warm-up
    EDIT = "edit"
    PIN = "pin"
    UNPIN = "unpin"
    REJECT = "reject"
    ACCEPT = "accept"  # of a text that waits for it
    LOCK = "lock"
    UNLOCK = "unlock"
    CREATE = "create"  # of an account, at the command line
    ROLE = "role"
    PASSWORD = "password"  # noqa: S105  # the name of an act
    DEACTIVATE = "deactivate"
    ACTIVATE = "activate"
    SIGN_OUT = "sign_out"
    INVITE = "invite"


# What is done to accounts is for admins to read.
ACCOUNT_ACTS = frozenset(
    {
        ActKind.CREATE,
        ActKind.ROLE,
        ActKind.PASSWORD,
        ActKind.DEACTIVATE,
        ActKind.ACTIVATE,
        ActKind.SIGN_OUT,
        ActKind.INVITE,
    }
)


@dataclass(frozen=True)
class Act:
    """What an instructor or an admin does; a plan is named without the chapter's revision."""

    kind: ActKind
    chapter_id: str | None = None
    section: str | None = None
    plan_hash: str | None = None
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class RecordedAct:
    """Who did what; `who` is null where the account has been erased, an address for admins only."""

    __pydantic_config__ = ConfigDict(title="RecordedActResponse")

    id: int
    act: ActKind
    who: str | None
    user_id: int | None
    chapter_id: str | None
    section: str | None
    plan_hash: str | None
    details: Mapping[str, object]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts are asked for; with nothing named, all but those that are done to accounts."""

    chapter_id: str | None = None
    kind: ActKind | None = None
    user_id: int | None = None
    with_accounts: bool = False


@dataclass(frozen=True, slots=True)
class ActPage:
    """A part of the log, the newest first; `total` counts the whole."""

    total: int
    acts: tuple[RecordedAct, ...]
