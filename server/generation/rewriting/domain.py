"""The frozen values of rewriting: what is asked, what came back, what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TypeGuard

from pydantic import ConfigDict

from server.book.chapters.domain import Block, Chapter, Piece, Protected, Run, RunKind, Section
from server.book.chapters.splitter import Context, context_of, split_section
from server.book.glossary.domain import Term, build_glossary
from server.book.languages.detection import is_written_in
from server.plan.recipes.domain import Plan
from server.plan.transformations.domain import HARDWARE, Adds, Fact

# What was verified is split again to place its notes and to read its headings.
_split_section = lru_cache(maxsize=64)(split_section)

# What the rules of the prompt say, and the verifier checks.
MOST_NOTES = 2  # in one section
MOST_GROWTH = 1.5  # of a section's words, in the author's language
GROWTH_SLACK = 30  # words beside, for a section of few
CONDENSED_FROM = 120  # words of prose; a shorter section is condensed as far as it goes
MOST_CONDENSED = 85  # percent of its words, where a plan condenses
READABLE_KINDS = frozenset({"code", "math", "html", "jsx", "image", "opaque"})


class CheckName(StrEnum):
    """Every reason for which an answer is not taken; logs, metrics and reports count by it."""

    # The reply as a whole.
    TRUNCATED = "truncated"
    REFUSED = "refused"
    UNFINISHED = "unfinished"
    FORM = "form"
    # The words of each run.
    COMPLETENESS = "completeness"
    PLACEHOLDERS = "placeholders"
    RESIDUE = "residue"
    EMPHASIS = "emphasis"
    LINES = "lines"
    STATEMENTS = "statements"
    ADDRESSES = "addresses"
    CHARACTERS = "characters"
    LABELS = "labels"
    NESTING = "nesting"
    SWAPS = "swaps"
    NUMBERS = "numbers"
    UNITS = "units"
    IDENTIFIERS = "identifiers"
    EMOJI = "emoji"
    TERMS = "terms"
    LANGUAGE = "language"
    UNTRANSLATED = "untranslated"
    TASK_TALK = "task_talk"
    ECHO = "echo"
    LENGTH = "length"
    CONDENSING = "condensing"
    REPETITION = "repetition"
    # The section once the words are in their places.
    STRUCTURE = "structure"
    INVENTORY = "inventory"
    IDEMPOTENCE = "idempotence"
    # What it says, as a second reader sees it.
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with an answer: which check says so, and the sentence that says it.

    A person reads the sentence, and so does the model in its repair turn.
    """

    check: CheckName
    sentence: str


@dataclass(frozen=True)
class Needs:
    """What a section's request holds beside its text: what is at home in it (`homes.py`)."""

    facts: tuple[Fact, ...] = ()
    terms: tuple[Term, ...] = ()
    # What it calls for too, and what has its home in another section of the chapter.
    other_facts: tuple[Fact, ...] = ()
    other_terms: tuple[Term, ...] = ()

    @cached_property
    def references(self) -> str:
        """All that the request states beside the section."""
        definitions = [f"{term.term}: {term.definition}" for term in self.terms]
        return "\n".join((*(fact.note for fact in self.facts), *definitions))


NOTHING_NEEDED = Needs()


@dataclass(frozen=True)
class Brief:
    """All that the calls of one rendition share; `system` is the stable part of the prompt."""

    chapter: Chapter
    plan: Plan
    system: str
    needs: Mapping[str, Needs]  # by the section's id
    hints: Mapping[str, str] = field(default_factory=dict[str, str])  # by the section's text

    def find_hint(self, section: Section) -> str | None:
        """What an instructor said about an earlier rewrite of this section."""
        return self.hints.get(section.source)

    @cached_property
    def context(self) -> Context:
        """What a section's text needs of its chapter to be split standing alone."""
        chapter = self.chapter
        return context_of(chapter.content, dialect=chapter.dialect, mdx=chapter.mdx)

    def find_needs(self, section: Section) -> Needs:
        """What the section's request holds beside its text."""
        return self.needs.get(section.id, NOTHING_NEEDED)

    @cached_property
    def _standing_alone(self) -> dict[tuple[str, bool], Section]:
        return {}

    def split_source(self, section: Section) -> Section:
        """The section's own text split standing alone; the same for every answer to it."""
        key = section.source, section is self.chapter.sections[0]
        if key not in self._standing_alone:
            self._standing_alone[key] = self.split(section.source, section)
        return self._standing_alone[key]

    def split(self, text: str, section: Section) -> Section:
        """Split a text that stands in this section's place, by the rules of its chapter."""
        return _split_section(text, self.context, first=section is self.chapter.sections[0])


@dataclass(frozen=True, slots=True)
class Note:
    """An addition by a model: its kind, its text, and the numbered piece it stands behind."""

    kind: str
    text: str
    after: int | None


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note as it stands in the section: its markdown, word for word, padding left out."""

    __pydantic_config__ = ConfigDict(title="NoteResponse")

    kind: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer for one section, read from the protocol: runs by their number, and notes."""

    runs: dict[int, str]
    notes: tuple[Note, ...]
    faults: tuple[str, ...]  # what is wrong with the form itself: a run twice, no such run


@dataclass(frozen=True, slots=True)
class Usage:
    """What the calls for a rewrite used, repairs and rejected replies included."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    cost_usd: Decimal | None = None  # None where no call had a price

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.calls + other.calls,
            _add_costs(self.cost_usd, other.cost_usd),
        )


def _add_costs(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The known costs together."""
    known = [cost for cost in (one, other) if cost is not None]
    return sum(known, Decimal(0)) if known else None


@dataclass(frozen=True, slots=True)
class SectionRewrite:
    """Verified answers, by the run's index in the section, and admitted notes."""

    answers: dict[int, str]
    notes: tuple[Note, ...]
    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What came of rewriting one section: a verified rewrite, and what it used."""

    rewrite: SectionRewrite
    usage: Usage
    repaired: bool
    differences: tuple[Difference, ...] = ()  # of the first reply, where it took a second
    review: Mapping[str, object] | None = None  # as the store keeps it; None where nobody read it
    review_due_in: timedelta | None = None  # nobody could read it now, and somebody should then


@dataclass(frozen=True, slots=True)
class Rejected:
    """Two replies failed verification; `differences` says exactly how the last one did."""

    differences: tuple[Difference, ...]
    usage: Usage


@dataclass(frozen=True, slots=True)
class FailedReply:
    """A first reply that was not taken, and why: what the repair turn is written from."""

    text: str
    differences: tuple[Difference, ...]
    standing: SectionRewrite | None = None  # verified, but longer than asked: it may stand yet


@dataclass(frozen=True, slots=True)
class Closed:
    """A section of a shared call whose element has closed: verified, or to be repaired alone."""

    section: Section
    verdict: SectionRewrite | FailedReply


@dataclass(frozen=True, slots=True)
class Shared:
    """What a shared call used, divided among its sections in their order."""

    usages: tuple[Usage, ...]


class HeldBack(StrEnum):
    """What of ours said no, so that no provider was asked."""

    BUDGET = "budget"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No provider answered in time; not the section's fault and no reason to back off."""

    usage: Usage
    held_back: HeldBack | None = None


Outcome = Rewritten | Rejected | Unanswered


def is_numbered(piece: Piece) -> TypeGuard[Run | Protected]:
    """Whether the model gets to see this piece."""
    return isinstance(piece, Run) or (isinstance(piece, Protected) and piece.kind in READABLE_KINDS)


def numbered_pieces(section: Section) -> tuple[Run | Protected, ...]:
    """What the model gets to see, in order; piece n of this is `id="n+1"` in the protocol."""
    return tuple(piece for piece in section.pieces() if is_numbered(piece))


def shows_listing(block: Block) -> bool:
    """Whether a block of a rewrite's section is a listing, or holds one."""
    return any(isinstance(piece, Protected) and piece.kind == "code" for piece in block.pieces)


_build_glossary = lru_cache(maxsize=256)(build_glossary)


def terms_in(section: Section, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the glossary terms of a rewrite's brief that occur in the section."""
    return _build_glossary(terms).occurring(section.source)


def is_translated_already(section: Section, plan: Plan) -> bool:
    """Whether all that the plan asks for is a translation, and the section is one already.

    In doubt it is none, and a model is asked as usual. A section of the learner's language with a
    longer passage in another is none either.
    """
    if not all(transformation.translates for transformation in plan.transformations):
        return False
    return is_in_language(section, plan.language)


def changes_words(section: Section, plan: Plan) -> bool:
    """Whether the section's words are to change; if not, it is read, and may get notes.

    So it is where the plan only adds, where all it would change is a language that the section is
    written in already, and where the section is nothing but warnings and exercises.
    """
    if not _does_more_than_translate(plan):
        return plan.translates and not is_in_language(section, plan.language)
    return plan.translates or not is_reserved(section)


def _does_more_than_translate(plan: Plan) -> bool:
    return any(each.adds is not Adds.NOTES and not each.translates for each in plan.transformations)


def is_reserved(section: Section) -> bool:
    """Whether all prose of the section is warnings and exercises; a heading alone is no prose."""
    if not any(run.reserved for run in section.runs):
        return False
    free = [run.masked for run in section.runs if not run.reserved and _is_prose(run)]
    return not any(map(str.isalpha, "".join(free)))


def _is_prose(run: Run) -> bool:
    return run.kind is not RunKind.HEADING and not run.detached


def reserved_runs(section: Section, plan: Plan) -> tuple[int, ...]:
    """Return the runs of a rewrite's section of which nothing but the language may change.

    None where the plan would change nothing else.
    """
    if not _does_more_than_translate(plan):
        return ()
    return tuple(index for index, run in enumerate(section.runs) if run.reserved)


def kept_runs(section: Section, plan: Plan) -> tuple[int, ...]:
    """The runs, by their index, that stay the author's words whatever is answered."""
    if not changes_words(section, plan):
        return tuple(range(len(section.runs)))
    return () if plan.translates else reserved_runs(section, plan)


def is_in_language(section: Section, tag: str) -> bool:
    """Whether the section's prose is without doubt in this language."""
    return _are_in_language(tuple(run.masked for run in section.runs), tag)


@lru_cache(maxsize=2048)
def _are_in_language(runs: tuple[str, ...], tag: str) -> bool:
    if not is_written_in("\n".join(runs), tag):
        return False
    return all(is_written_in(run, tag) is not False for run in runs)


def rank_notes(notes: Iterable[Note], plan: Plan) -> list[Note]:
    """The notes, those first that stay where there is no room for all, as the rules say it.

    Facts of hardware come before explanations, and these in the order of the transformations that
    ask for them; what none asks for, a term of the glossary, comes last.
    """
    asking = [kind for each in plan.transformations for kind in sorted(each.note_kinds)]
    order = list(dict.fromkeys((HARDWARE, *asking)))
    return sorted(notes, key=lambda each: [*order, each.kind].index(each.kind))


def count_words(text: str) -> int:
    """Count the words of a rewrite between spaces; a lone span is none."""
    return sum(any(map(str.isalnum, word)) for word in text.split())
