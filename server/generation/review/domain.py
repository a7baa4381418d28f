"""The frozen values of a review: what is read, what is found, what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from pydantic import TypeAdapter

from server.book.chapters.domain import Section
from server.generation.budget.domain import SNAPSHOT
from server.generation.rewriting.domain import Difference, HeldBack, SectionRewrite, Usage

MOST_ANSWERS = 3  # of the writer: the first, a repair for the verifier, one for the reader
NO_USAGE = Usage()


class Fault(StrEnum):
    """What a reader may object to; analytics count by it."""

    CHANGED = "changed"
    DROPPED = "dropped"
    ADDED = "added"
    CONTRADICTS = "contradicts"
    UNCLEAR = "unclear"
    LANGUAGE = "language"


class Remedy(StrEnum):
    """What was done about a finding."""

    MENDED = "mended"  # the writer changed it, and the reader has nothing more against it
    PUT_BACK = "put_back"  # the run is the author's
    LEFT_OUT = "left_out"  # the note is not shown


class Verdict(StrEnum):
    """What each section of an answer says of its review."""

    PASSED = "passed"
    REPAIRED = "repaired"
    PARTLY_ORIGINAL = "partly_original"
    NONE = "none"  # not reviewed, or nothing left to show of what was


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection, to a run or a note by its index; the quotes are known to occur.

    Without a remedy it stands against the text that it was made of.
    """

    fault: Fault
    sentence: str
    run: int | None = None
    note: int | None = None
    quote: str = ""  # of the rewrite, or of the note
    source: str = ""  # of the original
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading says of a section: fine, findings, or nothing that could be used."""

    is_answered: bool = False
    findings: tuple[Finding, ...] = ()
    ignored: int = 0  # findings that quote what is not there, or are about nothing that is
    model: str = ""
    usage: Usage = NO_USAGE
    held_back: HeldBack | None = None  # why nobody was asked, where it was ours to say

    @property
    def is_fine(self) -> bool:
        return self.is_answered and not self.findings


@dataclass(frozen=True, slots=True)
class Review:
    """What is stored of a review, beside the text that it is about.

    In a row that is still pending it is what the reader said before the writer's repair.
    """

    verdict: Verdict
    model: str
    prompt_digest: str
    findings: tuple[Finding, ...] = ()
    ignored: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None  # None where nobody knows the reader's price

    @property
    def standing(self) -> tuple[Finding, ...]:
        """The findings that nothing was done about."""
        return tuple(finding for finding in self.findings if finding.remedy is None)


_REVIEW = TypeAdapter(Review)


def write_review(review: Review) -> dict[str, object]:
    """Return a second reader's review as JSON, for its column."""
    written: dict[str, object] = _REVIEW.dump_python(review, mode="json")
    return written


def read_review(written: object) -> Review:
    """Read a second reader's review as it is stored."""
    return _REVIEW.validate_python(written)


@dataclass(frozen=True, slots=True)
class CurrentReader:
    """What would read a text today: a model, whatever its snapshot, with a prompt."""

    model: str
    prompt_digest: str

    def has_written(self, review: Mapping[str, object]) -> bool:
        """Whether a stored review is this reader's, or says that its text is to stand as it is."""
        said = read_review(review)
        if said.verdict is Verdict.PARTLY_ORIGINAL:
            return True
        model, mine = (SNAPSHOT.sub("", each) for each in (said.model, self.model))
        return (model or mine, said.prompt_digest) == (mine, self.prompt_digest)


@dataclass(frozen=True, slots=True)
class Draft:
    """A verified text that waits for its review, and what it has behind it.

    With `earlier` it was read once and repaired since: the next reading is the last.
    """

    section: Section
    rewrite: SectionRewrite
    answers: int = 1  # of the writer, so far
    reading: Reading | None = None  # of this very text, where it shared a call
    earlier: Review | None = None

    @property
    def may_be_repaired(self) -> bool:
        return self.earlier is None and self.answers < MOST_ANSWERS


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is to be shown of a section after its review."""

    rewrite: SectionRewrite | None  # None: the author's text, whole
    review: Review | None  # None: nobody has read what is to be shown
    writing: Usage = NO_USAGE  # for the repair
    reading: Usage = NO_USAGE
    differences: tuple[Difference, ...] = ()  # where the rewrite is not shown
    held_back: HeldBack | None = None  # a call that the budget or the switch refused

    @property
    def verdict(self) -> Verdict:
        return Verdict.NONE if self.review is None else self.review.verdict


def settle(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with what was done about those that stood: the author's run, no such note."""
    return tuple(
        replace(finding, remedy=Remedy.PUT_BACK if finding.note is None else Remedy.LEFT_OUT)
        if finding.remedy is None
        else finding
        for finding in findings
    )
