"""What is verified: a section, and the answers proposed for its runs."""

import re
from dataclasses import dataclass
from functools import cached_property

from server.book.chapters.domain import Run, RunKind, Section
from server.generation.rewriting.domain import Brief
from server.generation.rewriting.protocol import PLACEHOLDER, run_numbers

ONE_LINE_KINDS = frozenset({RunKind.HEADING, RunKind.CELL, RunKind.LABEL})
# It stands where a span stood, so that the words on either side stay apart; no text may hold it.
MARK = "\ufffc"

_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n")


@dataclass(frozen=True)
class Pair:
    """A run beside the answer for it, under the number that the protocol gives it."""

    number: int
    run: Run
    answer: str

    @property
    def is_changed(self) -> bool:
        return self.answer != self.run.masked

    @property
    def is_one_line(self) -> bool:
        return self.run.kind in ONE_LINE_KINDS

    @cached_property
    def source(self) -> str:
        """The author's words, with a mark for each span."""
        return PLACEHOLDER.sub(MARK, self.run.masked)

    @cached_property
    def text(self) -> str:
        """The answer's words, with a mark for each span."""
        return PLACEHOLDER.sub(MARK, self.answer)

    @cached_property
    def sentences(self) -> list[str]:
        """The answer's sentences, as they are told apart: without case, one space between words."""
        return fold_sentences(self.text)

    @cached_property
    def is_ascii(self) -> bool:
        """Whether neither text holds anything but ASCII between its spans."""
        return f"{self.source}{self.text}".replace(MARK, "").isascii()


@dataclass(frozen=True)
class Candidate:
    """A section and the answers proposed for its runs, by the run's index."""

    section: Section
    answers: dict[int, str]
    brief: Brief

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The protocol's number of each run."""
        return run_numbers(self.section)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Each run that has an answer."""
        return tuple(
            Pair(self.numbers[index], run, self.answers[index])
            for index, run in enumerate(self.section.runs)
            if index in self.answers
        )

    @cached_property
    def changed(self) -> tuple[Pair, ...]:
        """Each run that is not answered with the author's own words."""
        return tuple(pair for pair in self.pairs if pair.is_changed)

    @cached_property
    def answered(self) -> str:
        """The changed answers one under the other: what stands nowhere is looked for once."""
        return "\n\n".join(pair.answer for pair in self.changed)

    @property
    def condenses(self) -> bool:
        """Whether what the author says may become less; what is there must still be true."""
        return self.brief.plan.condenses

    def may_be_empty(self, run: Run) -> bool:
        """Under a condensing transformation a passage may go, never a protected span with it.

        A warning or an exercise never goes.
        """
        is_plain = run.kind is RunKind.PASSAGE and not run.spans
        return self.condenses and is_plain and not run.reserved


def fold_sentences(text: str) -> list[str]:
    """The sentences of a text as they are told apart."""
    return [join_words(sentence).casefold() for sentence in list_sentences(text)]


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a passage; a blank line stands between two of them."""
    return _PARAGRAPH_END.split(text)


def join_words(text: str) -> str:
    """Return words with one space between two of them, for the verifier to compare."""
    return " ".join(text.split())


def shorten(text: str, longest: int = 60) -> str:
    """A text of the model's or the author's as a sentence about it can hold it."""
    flat = text.replace("\n", "↵")
    return flat if len(flat) <= longest else flat[:longest] + "…"


# It begins with a set of characters, so that the search leaps from one to the next.
_END = re.compile(
    r"""
    [.!?。！？۔؟।॥\n](?:
        (?<=[.!?])(?<![.!?][.!?])[.!?]*+["'”’)\]*_]*+(?=\s|$)
      | (?<=[。！？۔؟।॥])[。！？۔؟।॥]*
      | (?<=\n)[ \t]*\n
    )""",
    re.VERBOSE,
)


def list_sentences(text: str) -> list[str]:
    """List a text's sentences for the verifier; joined they are its words."""
    sentences = list[str]()
    at = 0
    for end in _END.finditer(text):
        sentences.append(text[at : end.end()].strip())
        at = end.end()
    sentences.append(text[at:].strip())
    return [sentence for sentence in sentences if sentence]
