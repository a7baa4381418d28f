"""The frozen values of the section store, and the JSON of its rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from pydantic import TypeAdapter

from server.generation.rewriting.domain import Note, SectionRewrite


@dataclass(frozen=True, slots=True)
class Record:
    """What the store says about a key, beside its text."""

    key: str
    state: str
    failures: int
    failed_check: str | None  # the verifier's, where it is rejected
    reason: str | None
    retry_at: datetime | None
    repaired_check: str | None  # why it took a second reply
    provider: str | None
    model: str | None
    input_tokens: int
    output_tokens: int
    created_at: datetime


class FallbackCause(StrEnum):
    """Why a section has no rewrite to show."""

    REJECTED = "rejected"  # failed verification twice; backs off
    OUTAGE = "outage"  # no provider answered; nothing is stored
    BUDGET = "budget"  # the day's money is spent; no text is stored
    STOPPED = "stopped"  # somebody has stopped all calls; no text is stored
    UNACCEPTED = "unaccepted"  # there is a text, and no instructor has accepted it yet


# Causes that pass without anybody's doing: a section that they kept back is asked for next time.
PASSING_CAUSES = frozenset({FallbackCause.OUTAGE, FallbackCause.BUDGET, FallbackCause.STOPPED})


class Requirement(StrEnum):
    """What a text has to have behind it before it is shown."""

    READ = "read"  # by a second reader
    ACCEPTED = "accepted"  # by an instructor


class StoredState(StrEnum):
    """The state of a stored rewrite's row."""

    PENDING = "pending"
    READY = "ready"
    REJECTED = "rejected"


class Claim(StrEnum):
    """Whether somebody is at work on a stored key."""

    FREE = "free"
    HELD = "held"
    EXPIRED = "expired"  # its owner is gone without a word


@dataclass(frozen=True, slots=True)
class StoredRewrite:
    """What the store holds under one key."""

    state: StoredState
    rewrite: SectionRewrite | None
    retry_at: datetime | None
    failures: int
    is_due: bool  # rejected, and its back-off is over
    failed_check: str | None  # the verifier's, where it is rejected
    claim: Claim
    held_back: FallbackCause | None = None  # why its last owner let go of it without asking
    pinned: SectionRewrite | None = None  # an instructor's choice, which wins over the rest
    draft: SectionRewrite | None = None  # verified, and waits for its review
    review: Mapping[str, object] | None = None  # of the rewrite, or of the draft
    is_accepted: bool = False  # an instructor wants it shown, where that is asked
    lacks: Requirement | None = None  # why the draft is a stored text that is withheld

    def has_words_of(self, rewrite: SectionRewrite) -> bool:
        """Whether the text that is there, shown or not, says the same."""
        text = self.rewrite or self.draft
        return text is not None and (text.answers, text.notes) == (rewrite.answers, rewrite.notes)


# Of a key that has a pin and that nobody has asked a model about.
UNASKED = StoredRewrite(
    state=StoredState.PENDING,
    rewrite=None,
    retry_at=None,
    failures=0,
    is_due=True,
    failed_check=None,
    claim=Claim.FREE,
)


def withhold(stored: StoredRewrite, required: Collection[Requirement]) -> StoredRewrite:
    """What there is of a section as far as it may be shown: a text that lacks something is a draft.

    A reader is asked about one that nobody has read. One that no instructor has accepted is done,
    and waits.
    """
    if stored.rewrite is None:
        return stored
    if Requirement.READ in required and stored.review is None:
        unread = replace(stored, state=StoredState.PENDING, lacks=Requirement.READ)
        return replace(unread, rewrite=None, draft=stored.rewrite)
    if Requirement.ACCEPTED in required and not stored.is_accepted:
        return replace(stored, rewrite=None, draft=stored.rewrite, lacks=Requirement.ACCEPTED)
    return stored


def set_aside(stored: StoredRewrite) -> StoredRewrite:
    """What there is of a section, its text as a draft for a second reader who has not seen it."""
    if stored.rewrite is None:
        return stored
    return withhold(replace(stored, review=None), {Requirement.READ})


NO_REWRITES: Mapping[str, StoredRewrite] = MappingProxyType({})


_NOTES = TypeAdapter(tuple[Note, ...])


def write_runs(rewrite: SectionRewrite) -> list[str | None]:
    """The answers by run index, as a list."""
    return [rewrite.answers.get(index) for index in range(max(rewrite.answers, default=-1) + 1)]


def write_notes(rewrite: SectionRewrite) -> list[dict[str, object]]:
    """Return a rewrite's notes as the store keeps them."""
    return [{"kind": note.kind, "text": note.text, "after": note.after} for note in rewrite.notes]


def join_rewrite(
    runs: Sequence[str | None] | None,
    notes: Sequence[Mapping[str, object]] | None,
    provider: str | None,
    model: str | None,
) -> SectionRewrite:
    """A rewrite from the columns that hold one."""
    return SectionRewrite(
        answers={i: text for i, text in enumerate(runs or []) if text is not None},
        notes=_NOTES.validate_python(notes or []),
        provider=provider or "",
        model=model or "",
    )


def is_missing(stored: StoredRewrite | None) -> bool:
    """Whether the store has nothing for a section, so that a model is asked: no text, no pin."""
    if stored is None:
        return True
    if stored.pinned is not None:
        return False
    is_due = stored.state is StoredState.REJECTED and stored.is_due
    return stored.state is StoredState.PENDING or is_due
