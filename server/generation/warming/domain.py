"""The frozen values of warm-up: what is wished for, what is missing, what came of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from server.generation.editions.domain import READINGS, Edition, EditionInUse, Order, Part, Refresh
from server.generation.review.service import estimate_reading
from server.generation.rewriting.domain import Usage
from server.generation.rewriting.estimates import NO_TOKENS, TokenEstimate, estimate_tokens

NOTHING_SPENT = Usage()


class Plans(StrEnum):
    """For whom a chapter is warmed."""

    IN_USE = "in-use"  # whoever learns here
    ALL = "all"  # whoever could


@dataclass(frozen=True, slots=True)
class Wish:
    """Which chapters, for whom, in which languages; with none named: all, and their own."""

    chapter_ids: tuple[str, ...] = ()
    plans: Plans = Plans.IN_USE
    languages: tuple[str, ...] = ()
    upgrade: bool = False  # also what other models than the configured ones have written or read
    review: bool = False  # read what nobody has read, and write nothing


@dataclass(frozen=True, slots=True)
class Portion:
    """Some parts of an edition that a model is to be asked for.

    Where it is `again`, each holds a text, which is replaced by a verified one only.
    """

    wanted: EditionInUse
    parts: tuple[Part, ...]
    refresh: Refresh = Refresh.NOTHING

    @property
    def again(self) -> bool:
        return self.refresh is Refresh.EVERYTHING

    @property
    def is_reading(self) -> bool:
        """Whether only the second reader is asked."""
        return self.refresh in READINGS

    @property
    def edition(self) -> Edition:
        return self.wanted.edition

    @property
    def tokens(self) -> TokenEstimate:
        """Of the writer."""
        if self.is_reading:
            return NO_TOKENS
        return estimate_tokens(self.edition.brief, (part.section for part in self.parts))

    @property
    def reading_tokens(self) -> TokenEstimate:
        """Of a second reader, who finds nothing."""
        return estimate_reading(self.edition.brief, (part.section for part in self.parts))

    def to_order(self) -> Order:
        """An order of nobody's for these parts alone."""
        return Order(self.edition.only(self.parts), refresh=self.refresh)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a chapter comes to: how much of it is stored, and the portions that are not."""

    plans: int
    sections: int  # equal ones counted once
    portions: tuple[Portion, ...]

    @property
    def missing(self) -> int:
        return sum(len(portion.parts) for portion in self.portions)

    @property
    def tokens(self) -> TokenEstimate:
        """What asking the writer for all of them takes."""
        return sum((portion.tokens for portion in self.portions), NO_TOKENS)

    @property
    def reading_tokens(self) -> TokenEstimate:
        """What having them read takes: what is only read, and what is written."""
        return sum((portion.reading_tokens for portion in self.portions), NO_TOKENS)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a wish takes, before anything is asked; equal sections are counted once.

    What is not missing costs nothing: it is stored, or was rejected and is left alone for now.
    """

    chapters: int = 0
    plans: int = 0  # of all chapters together
    sections: int = 0
    missing: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None  # None where the model has no price


class Ending(StrEnum):
    """Why a warm-up came to its end."""

    DONE = "done"
    BUDGET = "budget"  # the day's money is spent
    STOPPED = "stopped"  # somebody has stopped all calls
    OUTAGE = "outage"  # no provider answers
    FAILED = "failed"  # what was wished for cannot be done any more: a chapter is gone


@dataclass(frozen=True)
class Tally:
    """What a warm-up has come to so far."""

    done: int = 0
    read: int = 0  # by a second batch, beside what is done
    failures: Mapping[str, int] = field(default_factory=Counter[str])  # by reason
    spent: Usage = NOTHING_SPENT
    ending: Ending = Ending.DONE

    @property
    def failed(self) -> int:
        return sum(self.failures.values())
