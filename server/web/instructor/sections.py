"""A review ready for its page: two columns of HTML, what changed, the fields of the forms."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from server.book.chapters.domain import Chapter, Heading, Run, Section
from server.book.languages.tags import Direction, direction_of, display_name, is_translation
from server.generation.editions.domain import Edition
from server.generation.rewriting.domain import Note, terms_in
from server.generation.rewriting.protocol import PLACEHOLDER, reveal
from server.learners.accounts.domain import Account
from server.staff.instruction.domain import (
    PinState,
    Review,
    ReviewedPin,
    ReviewedRun,
    ReviewedSection,
    Verdicts,
)
from server.web.chapters import SHAPED
from server.web.instructor.differences import Stretch, compare_words
from server.web.instructor.edits import list_editable, sign_pin, sign_section
from server.web.instructor.words import (
    NOTE_NAMES,
    Mark,
    describe_record,
    describe_status,
    explain_span,
    find_standing_pin,
    list_marks,
    name_colleague,
    name_runs,
    write_time,
)
from server.web.markdown.references import surroundings_of
from server.web.markdown.renderer import render_markdown

SHORT = 60  # characters; fields of such texts stand side by side
# A start tag as our renderer writes it, and the anchors in it.
_TAG = re.compile(r'<[a-zA-Z][^\s/>]*(?:\s+[^\s=/>]+(?:="[^"]*")?)*\s*/?>')
_ANCHOR = re.compile(r'(\sid="|\shref="#)')


@dataclass(frozen=True, slots=True)
class Column:
    """A section's text as it is read, in its language."""

    html: Markup
    language: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class ComparedRun:
    label: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class RunField:
    """One text to edit, with the author's words and what its marks stand for."""

    index: int
    label: str
    original: str
    text: str
    legend: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> int:
        return count_rows(self.text)

    @property
    def is_long(self) -> bool:
        """Whether the field takes the whole width of the form."""
        return max(len(self.text), len(self.original)) > SHORT or "\n" in self.text


@dataclass(frozen=True, slots=True)
class NoteField:
    kind: str
    text: str
    after: int | None


@dataclass(frozen=True, slots=True)
class PresentedPin:
    """A pinned text that learners do not read any more."""

    section_id: str
    plan_hash: str
    sign: str
    sentence: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class PresentedSection:
    """A section with everything that stands beside it."""

    id: str
    title: str
    sign: str
    status: str
    marks: tuple[Mark, ...]
    original: Column
    shown: Column | None
    compared: tuple[ComparedRun, ...] | None  # None where the two are in different languages
    record: tuple[str, ...]
    feedback: Verdicts
    hint: str | None
    added: tuple[tuple[str, str], ...]  # notes by the name of their kind
    runs: tuple[RunField, ...]
    notes: tuple[NoteField, ...]
    note_kinds: tuple[tuple[str, str], ...]
    pinned_under: tuple[str, str, str] | None  # section, plan and text: what is taken off
    outdated: tuple[PresentedPin, ...]
    rewritable: bool
    has_text: bool
    locked: bool
    locked_here: bool
    is_text_shown: bool


@dataclass(frozen=True)
class PresentedReview:
    sections: tuple[PresentedSection, ...]
    left_over: tuple[PresentedPin, ...]
    language: str
    direction: Direction
    language_name: str


def count_rows(text: str) -> int:
    """Enough lines for the text on a desktop; whoever writes more pulls the field larger."""
    lines = sum(1 + len(line) // 80 for line in text.split("\n"))
    return min(max(2, lines), 14)


def present_review(review: Review, viewer: Account) -> PresentedReview:
    language = review.plan.edition.plan.language
    return PresentedReview(
        sections=tuple(_present(review, index, viewer) for index in range(len(review.sections))),
        left_over=tuple(_present_pin(pin, viewer) for pin in review.left_over),
        language=language,
        direction=direction_of(language),
        language_name=display_name(language),
    )


def _present(review: Review, index: int, viewer: Account) -> PresentedSection:
    edition, section = review.plan.edition, review.sections[index]
    source = edition.chapter.sections[index]
    rewritable = edition.parts[index].rewritable
    shown = _show_column(review, index)
    standing = find_standing_pin(section)
    return PresentedSection(
        id=section.id,
        title=section.title,
        sign=sign_section(section),
        status=describe_status(section, viewer, rewritable=rewritable),
        marks=list_marks(section),
        original=_original_column(review, index),
        shown=shown,
        compared=_compare(edition, section, source) if _is_shaped(section) else None,
        record=describe_record(section.record, source),
        feedback=section.feedback,
        hint=section.hint,
        added=tuple(_list_added(section)),
        runs=tuple(_list_fields(section, source)),
        notes=tuple(_list_notes(section)),
        note_kinds=_list_kinds(edition, source, section),
        pinned_under=_name_pin(standing) if standing else None,
        outdated=tuple(
            _present_pin(pin, viewer) for pin in section.pins if pin.state is PinState.OUTDATED
        ),
        rewritable=rewritable,
        has_text=section.rewrite is not None,
        locked=section.locked_by is not None,
        locked_here=section.locked_by == "instructor",
        is_text_shown=_is_shaped(section),
    )


def _is_shaped(section: ReviewedSection) -> bool:
    """Whether learners read other words here than the author's."""
    return section.shown is not None and section.shown.status in SHAPED


def _original_column(review: Review, index: int) -> Column:
    source = review.chapter.sections[index]
    language = review.plan.edition.own_language(source)
    html = _render(review.chapter, source.source, source.headings, "original", index)
    return Column(html, language, direction_of(language))


def _show_column(review: Review, index: int) -> Column | None:
    edition, shown = review.plan.edition, review.sections[index].shown
    if shown is None:
        return None
    is_shaped = _is_shaped(review.sections[index])
    own_language = edition.own_language(edition.parts[index].section)
    language = edition.plan.language if is_shaped else own_language
    html = _render(review.chapter, shown.markdown, shown.headings, "shown", index)
    return Column(html, language, direction_of(language))


def _render(
    chapter: Chapter, markdown: str, headings: tuple[Heading, ...], column: str, index: int
) -> Markup:
    html = render_markdown(markdown, surroundings_of(chapter), headings, f"{column}{index}")
    return Markup(_keep_apart(html, column))  # noqa: S704  # it has passed the sanitiser


def _keep_apart(html: str, column: str) -> str:
    """The anchors of one column, and the links to them, under names of its own."""
    return _TAG.sub(lambda tag: _ANCHOR.sub(rf"\g<1>{column}.", tag[0]), html)


def _compare(
    edition: Edition, section: ReviewedSection, source: Section
) -> tuple[ComparedRun, ...] | None:
    if is_translation(edition.own_language(source), edition.plan.language):
        return None
    pairs = zip(section.runs, source.runs, name_runs(source), strict=True)
    compared = [
        ComparedRun(label, compare_words(reveal(run), _reveal_shown(run, reviewed.shown)))
        for reviewed, run, label in pairs
        if reviewed.shown is not None and reviewed.shown != reviewed.original
    ]
    return tuple(compared)


def _reveal_shown(run: Run, shown: str) -> str:
    return reveal(replace(run, masked=shown))


def _list_added(section: ReviewedSection) -> Iterator[tuple[str, str]]:
    for note in section.rewrite.notes if section.rewrite else ():
        yield NOTE_NAMES.get(note.kind, note.kind), note.text


def _list_fields(section: ReviewedSection, source: Section) -> Iterator[RunField]:
    names = name_runs(source)
    for run in list_editable(section.runs):
        yield RunField(
            index=run.index,
            label=names[run.index],
            original=run.original,
            text=run.original if run.shown is None else run.shown,
            legend=_write_legend(source.runs[run.index], run),
        )


def _write_legend(run: Run, reviewed: ReviewedRun) -> tuple[tuple[str, str], ...]:
    numbers = {int(digits) for digits in PLACEHOLDER.findall(reviewed.original)}
    spans = enumerate(run.spans, start=run.first_span)
    return tuple((f"⟦{number}⟧", explain_span(span)) for number, span in spans if number in numbers)


def _list_notes(section: ReviewedSection) -> Iterator[NoteField]:
    for note in section.rewrite.notes if section.rewrite else ():
        yield NoteField(note.kind, note.text, note.after)


def _list_kinds(
    edition: Edition, source: Section, section: ReviewedSection
) -> tuple[tuple[str, str], ...]:
    """The kinds of note that may stand here, and those that do."""
    notes: Sequence[Note] = section.rewrite.notes if section.rewrite else ()
    kinds = edition.plan.note_kinds | {note.kind for note in notes}
    if terms_in(source, edition.plan.terms):
        kinds |= {"glossary"}
    return tuple((kind, NOTE_NAMES.get(kind, kind)) for kind in sorted(kinds))


def _name_pin(pin: ReviewedPin) -> tuple[str, str, str]:
    place = pin.place
    return place.section_id, place.plan_hash, sign_pin(place, pin.rewrite)


def _present_pin(pin: ReviewedPin, viewer: Account) -> PresentedPin:
    verb = "Written" if pin.edited else "Pinned"
    answers = pin.rewrite.answers
    section_id, plan_hash, sign = _name_pin(pin)
    return PresentedPin(
        section_id=section_id,
        plan_hash=plan_hash,
        sign=sign,
        sentence=f"{verb} by {name_colleague(pin.by, viewer)} on {write_time(pin.at)}.",
        texts=tuple(answers[index] for index in sorted(answers) if answers[index].strip()),
    )
