"""Admission: which notes are safe to show, and for which reason each other one is not.

A note is typed text from a model. It is plain paragraphs or lists; it says nothing that could be
followed, run or believed but what the section, the fact sheets or the glossary say already.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain

from server.book.chapters.domain import Block, Protected, Run, Section, Span
from server.book.chapters.splitter import split_section
from server.book.languages.scripts import script_share
from server.generation.rewriting.domain import (
    MOST_NOTES,
    Brief,
    Note,
    is_reserved,
    rank_notes,
    shows_listing,
)
from server.generation.rewriting.notes.wording import (
    Known,
    asks_for_secret,
    find_address,
    find_command,
    read_known_quantities,
    states_unknown_number,
    states_unknown_price,
    states_unknown_quantity,
    talks_of_task,
)
from server.generation.rewriting.verification.characters import FORBIDDEN_CHARACTERS
from server.generation.rewriting.verification.meaning import echoes_rules, is_task_talk
from server.generation.rewriting.verification.quantities import Quantity, list_quantities
from server.plan.transformations.domain import FOLDED_KINDS, HARDWARE, WALKTHROUGH

LONGEST_NOTE = 1200  # characters
PLAIN_BLOCKS = frozenset({"prose", "list", "blank"})
ADDRESS_SPANS = frozenset({"link", "url"})
KNOWN_SPANS = frozenset({"code", "entity", "escape"})  # only as the book or the facts have them
PLAIN_SPANS = KNOWN_SPANS | ADDRESS_SPANS | {"break"}  # addresses have a check of their own
PLACEHOLDER = re.compile(r"[⟦⟧〚〛]|\[\[\s*\d+\s*\]\]")
# Their numbers are claims all of them: a version, a value in a listing, a comparison's.
BOUND_KINDS = FOLDED_KINDS | {HARDWARE}
SMALLEST_SCRIPT_SHARE = 0.3  # names, units and terms that stay as they are take up the rest
OFFLINE = "offline"  # its notes are the fact sheets' own words, which nobody has translated


class NoteFault(StrEnum):
    """Every reason for which a note is not shown; the log counts by it."""

    KIND = "kind"  # no transformation of the plan asks for such notes
    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"  # controls, direction marks, invisible ones
    PLACEHOLDER = "placeholder"
    MARKUP = "markup"  # HTML, components, expressions, headings, images, tables, directives
    ADDRESS = "address"
    CODE = "code"  # that neither the section nor the fact sheets show
    COMMAND = "command"  # in prose, without the marks of code
    NUMBER = "number"  # a quantity that nothing known states, or any such number on hardware
    CONFIDENCE = "confidence"  # the reader is asked for what is theirs alone
    TASK_TALK = "task_talk"  # a refusal, a preamble, talk of instructions
    LANGUAGE = "language"  # not the script of the language that the plan is in
    REPEATED = "repeated"
    SURPLUS = "surplus"  # more notes than a section may have
    PLACE = "place"  # it would change the blocks beside it


@dataclass(frozen=True, slots=True)
class DroppedNote:
    """A model's note that was not let in, and why."""

    note: Note
    fault: NoteFault


@dataclass(frozen=True, slots=True)
class Admission:
    """The notes that are shown, in order, and the others with the reason."""

    notes: tuple[Note, ...]
    dropped: tuple[DroppedNote, ...]


@dataclass(frozen=True)
class _Grounds:
    """What a note of one section is judged by: the plan, and everything said already."""

    brief: Brief
    section: Section
    provider: str

    @cached_property
    def known(self) -> str:
        """The section and what its request holds beside it: a note may state no more than these."""
        return f"{self.section.source}\n{self.brief.find_needs(self.section).references}"

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What the plan's steps ask for, and the glossary where a term is at home.

        What is an exercise or a warning already gets no further exercise, nor is its listing gone
        through, which may be the answer.
        """
        kinds = self.brief.plan.note_kinds
        if is_reserved(self.section):
            kinds -= {"practice", WALKTHROUGH}
        if not any(shows_listing(block) for block in self.section.blocks):
            kinds -= {WALKTHROUGH}
        return kinds | {"glossary"} if self.brief.find_needs(self.section).terms else kinds

    @cached_property
    def numbers(self) -> tuple[Quantity, ...]:
        return list_quantities(self.known, self.brief.plan.source_language)

    @cached_property
    def quantities(self) -> Known:
        return read_known_quantities(self.known, self.brief.plan.source_language)

    @property
    def language(self) -> str:
        """The language that the note is in."""
        plan = self.brief.plan
        return plan.language if self.is_translated else plan.source_language

    @property
    def is_translated(self) -> bool:
        return self.brief.plan.translates and self.provider != OFFLINE


@dataclass(frozen=True)
class _Case:
    """One note before its judges."""

    note: Note
    grounds: _Grounds

    @property
    def text(self) -> str:
        return self.note.text

    @cached_property
    def readings(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """The note's blocks, read as MDX and as plain Markdown.

        Each reading sees something that the other takes for prose: a component, indented code.
        """
        text, context = f"{self.text}\n", self.grounds.brief.context
        as_mdx, plain = (
            split_section(text, replace(context, mdx=mdx), first=False).blocks
            for mdx in (True, False)
        )
        return as_mdx, plain

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(chain.from_iterable(self.readings))

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return tuple(_list_spans(self.blocks))

    @cached_property
    def unmarked(self) -> str:
        """The text without what both readings take for code, where every sign is a letter."""
        as_mdx, plain = ({each.source for each in _list_code(blocks)} for blocks in self.readings)
        text = self.text
        for source in as_mdx & plain:
            text = text.replace(source, "…")
        return text

    @cached_property
    def prose(self) -> str:
        """The text without its code, which has marks of its own and is judged with them."""
        prose = self.text
        for span in self.spans:
            prose = prose.replace(span.source, "…") if span.kind == "code" else prose
        return prose


def _list_spans(blocks: Iterable[Block]) -> Iterator[Span]:
    pieces = (piece for block in blocks for piece in block.pieces)
    return (span for piece in pieces if isinstance(piece, Run) for span in piece.spans)


def _list_code(blocks: Iterable[Block]) -> Iterator[Span]:
    return (span for span in _list_spans(blocks) if span.kind == "code")


def admit_notes(
    notes: Iterable[Note], section: Section, brief: Brief, *, provider: str
) -> Admission:
    """Judge each note by itself; a bad one does not fail the section."""
    grounds = _Grounds(brief, section, provider)
    admitted = list[Note]()
    dropped = list[DroppedNote]()
    given = list(notes)
    for note in rank_notes(given, brief.plan):
        fault = _find_fault(note, grounds) or _find_surplus(note, admitted)
        if fault is None:
            admitted.append(note)
        else:
            dropped.append(DroppedNote(note, fault))
    return Admission(tuple(sorted(admitted, key=given.index)), tuple(dropped))


def _find_surplus(note: Note, admitted: list[Note]) -> NoteFault | None:
    if any(note.text == other.text for other in admitted):
        return NoteFault.REPEATED
    return NoteFault.SURPLUS if len(admitted) >= MOST_NOTES else None


def _find_fault(note: Note, grounds: _Grounds) -> NoteFault | None:
    """The first check that says no."""
    case = _Case(note, grounds)
    return next((fault for fault, check in _CHECKS.items() if check(case)), None)


def _is_of_no_such_kind(case: _Case) -> bool:
    return case.note.kind not in case.grounds.kinds


def _is_empty(case: _Case) -> bool:
    return not any(char.isalpha() for char in case.text)


def _is_too_long(case: _Case) -> bool:
    return len(case.text) > LONGEST_NOTE


def _holds_characters(case: _Case) -> bool:
    return FORBIDDEN_CHARACTERS.search(case.text) is not None


def _holds_placeholder(case: _Case) -> bool:
    return PLACEHOLDER.search(case.text) is not None


def _talks_of_task(case: _Case) -> bool:
    return is_task_talk(case.text) or talks_of_task(case.text) or echoes_rules(case.text)


def _holds_address(case: _Case) -> bool:
    if find_address(case.text, case.grounds.known):
        return True
    return any(span.kind in ADDRESS_SPANS for span in case.spans)


def _shows_unknown_code(case: _Case) -> bool:
    return any(
        span.kind in KNOWN_SPANS and not _is_known(span, case.grounds.known) for span in case.spans
    )


def _is_known(span: Span, known: str) -> bool:
    """Word for word; code also where a listing shows it without marks of its own."""
    if span.kind != "code":
        return span.source in known
    code = " ".join(span.source.strip("`").split())
    pattern = rf"(?<![\w-]){re.escape(code)}(?![\w-])"
    return bool(code) and re.search(pattern, " ".join(known.split())) is not None


def _holds_command(case: _Case) -> bool:
    return find_command(case.prose, case.grounds.known) is not None


def _holds_markup(case: _Case) -> bool:
    if any(char in case.unmarked for char in "{}<"):
        return True
    is_plain = all(
        block.kind in PLAIN_BLOCKS and not any(isinstance(each, Protected) for each in block.pieces)
        for block in case.blocks
    )
    return not is_plain or any(span.kind not in PLAIN_SPANS for span in case.spans)


def _states_unknown_number(case: _Case) -> bool:
    """A quantity has to be known; in notes that are bound, every number in digits."""
    grounds = case.grounds
    if states_unknown_quantity(case.text, grounds.language, grounds.quantities):
        return True
    if states_unknown_price(case.text, grounds.known):
        return True
    is_bound = case.note.kind in BOUND_KINDS
    return is_bound and states_unknown_number(case.text, grounds.language, grounds.numbers)


def _asks_for_secret(case: _Case) -> bool:
    return asks_for_secret(case.text)


def _is_in_wrong_script(case: _Case) -> bool:
    if not case.grounds.is_translated:
        return False
    return script_share(case.prose, case.grounds.brief.plan.language) < SMALLEST_SCRIPT_SHARE


# In this order: what names the fault best comes first.
_CHECKS: dict[NoteFault, Callable[[_Case], bool]] = {
    NoteFault.KIND: _is_of_no_such_kind,
    NoteFault.EMPTY: _is_empty,
    NoteFault.LENGTH: _is_too_long,
    NoteFault.CHARACTERS: _holds_characters,
    NoteFault.PLACEHOLDER: _holds_placeholder,
    NoteFault.TASK_TALK: _talks_of_task,
    NoteFault.ADDRESS: _holds_address,
    NoteFault.CODE: _shows_unknown_code,
    NoteFault.COMMAND: _holds_command,
    NoteFault.MARKUP: _holds_markup,
    NoteFault.NUMBER: _states_unknown_number,
    NoteFault.CONFIDENCE: _asks_for_secret,
    NoteFault.LANGUAGE: _is_in_wrong_script,
}
