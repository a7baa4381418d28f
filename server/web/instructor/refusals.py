"""An act that was refused, as its form shows it again: what is wrong, and all that was typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from server.book.chapters.domain import Section
from server.core.auditing.domain import ActKind
from server.errors import FieldError, InvalidInput, TextbookError
from server.generation.rewriting.domain import Note
from server.web.instructor.edits import ChapterChanged, settle_typed
from server.web.instructor.sections import NoteField, PresentedSection, count_rows
from server.web.instructor.words import Finding, name_runs, read_finding

_RUN_FIELD = re.compile(r"body\.runs\.(\d+)")
_NOTE_FIELD = re.compile(r"body\.notes\.(\d+)")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with a form: a text for each field of the section, notes, a remark."""

    texts: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who was refused what: before anybody has looked where it can be shown."""

    kind: ActKind
    section_id: str
    error: TextbookError
    typed: Typed


@dataclass(frozen=True, slots=True)
class NamedFinding:
    """A finding with the name of the text it is about, which it leads to."""

    label: str
    run: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal at its section, or, where that is gone, at the top of the page."""

    kind: ActKind
    section_id: str
    sentence: str
    findings: tuple[str, ...] = ()  # about the section as a whole
    by_run: tuple[NamedFinding, ...] = ()
    by_note: tuple[tuple[int, str], ...] = ()
    texts: Mapping[int, str] | None = None  # None: the form stands as the section is now
    notes: tuple[NoteField, ...] = ()
    hint: str = ""
    kept: str = ""  # what was typed and has no field any more

    def find(self, run: int) -> list[str]:
        """What is wrong with this text."""
        return [each.sentence for each in self.by_run if each.run == run]

    def find_note(self, number: int) -> list[str]:
        return [sentence for note, sentence in self.by_note if note == number]

    @property
    def kept_rows(self) -> int:
        return count_rows(self.kept)


def refuse(refusal: Refusal, section: PresentedSection | None, source: Section | None) -> Refused:
    """The form again if it still fits the section; else what was typed, to be copied."""
    typed, error = refusal.typed, refusal.error
    plain = Refused(refusal.kind, refusal.section_id, error.detail, hint=typed.hint)
    fits = section is not None and section.rewritable and not isinstance(error, ChapterChanged)
    if section is None or source is None or not fits:
        return _keep(plain, typed, section)
    findings = [_read(field, source) for field in error.fields if not _find_note(field)]
    names = name_runs(source)
    fields = zip((field.index for field in section.runs), typed.texts, strict=False)
    return Refused(
        kind=refusal.kind,
        section_id=refusal.section_id,
        sentence=error.detail,
        findings=tuple(each.sentence for each in findings if each.run is None),
        by_run=tuple(
            NamedFinding(names[each.run], each.run, each.sentence)
            for each in findings
            if each.run is not None
        ),
        by_note=tuple(
            (number, f"This note {field.message}.")
            for field in error.fields
            if (number := _find_note(field)) is not None
        ),
        texts={index: settle_typed(text) for index, text in fields} if typed.texts else None,
        notes=tuple(NoteField(each.kind, each.text, each.after) for each in typed.notes),
        hint=typed.hint,
    )


def _keep(refused: Refused, typed: Typed, section: PresentedSection | None) -> Refused:
    """Whatever the page does not show anyway."""
    fields = section.runs if section is not None and section.rewritable else ()
    shown = {settle_typed(text) for field in fields for text in (field.text, field.original)}
    texts = (settle_typed(text) for text in (*typed.texts, *(note.text for note in typed.notes)))
    kept = "\n\n".join(text for text in texts if text and text not in shown)
    return Refused(refused.kind, refused.section_id, refused.sentence, hint=typed.hint, kept=kept)


def _read(field: FieldError, source: Section) -> Finding:
    """Where the field itself is a run's number, that is what it is about."""
    named = _RUN_FIELD.fullmatch(field.field)
    if named is not None and int(named[1]) < len(source.runs):
        return Finding(field.message, int(named[1]))
    return read_finding(field.message, source)


def _find_note(field: FieldError) -> int | None:
    named = _NOTE_FIELD.fullmatch(field.field)
    return int(named[1]) if named is not None else None


def explain_request(error: ValidationError, runs: Sequence[int] = ()) -> InvalidInput:
    """What the API would refuse, in words; `runs` are the numbers of those that were sent."""
    fields = [_explain_field(each, runs) for each in error.errors()]
    return InvalidInput("This cannot be taken as it is.", fields=fields)


def _explain_field(error: ErrorDetails, runs: Sequence[int]) -> FieldError:
    match error["loc"]:
        case ("runs", int(number), *_) if number < len(runs):
            name = f"body.runs.{runs[number]}"
        case ("notes", int(number), *_):
            return FieldError(f"body.notes.{number}", "is too long, or of no such kind")
        case _:
            name = "body"
    return FieldError(name, _explain(error))


def _explain(error: ErrorDetails) -> str:
    if error["type"] in {"string_too_long", "too_long"}:
        return f"This is too long: {error.get('ctx', {})['max_length']:,} is the most."
    return "This holds a character that may not stand here."
