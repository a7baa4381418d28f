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
from server.staff.instruction.review.domain import ReviewedSection
from server.web.instructor.edits import ChapterChanged, fill, list_editable, settle_typed
from server.web.instructor.words import Finding, read_finding

_FIELD = re.compile(r"body\.(runs|notes)\.(\d+)")


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
class Refused:
    """A refusal at its section, or, where that is gone, at the top of the page."""

    refusal: Refusal
    section_id: str
    findings: tuple[Finding, ...] = ()
    texts: Mapping[int, str] | None = None  # None: the form stands as the section is now
    kept: str = ""  # what was typed and has no field any more


def refuse(refusal: Refusal, section: ReviewedSection | None) -> Refused:
    """The form again if it still fits the section; else what was typed, to be copied."""
    typed, error = refusal.typed, refusal.error
    if section is None:
        return Refused(refusal, "", kept=_keep(typed, ()))
    runs = list_editable(section.runs) if section.part.rewritable else ()
    if not section.part.rewritable or isinstance(error, ChapterChanged):
        shown = [text for run in runs for text in (fill(run), run.original)]
        return Refused(refusal, section.id, kept=_keep(typed, shown))
    texts = zip((run.index for run in runs), typed.texts, strict=False)
    return Refused(
        refusal,
        section.id,
        findings=tuple(_read(field, section.part.section) for field in error.fields),
        texts={index: settle_typed(text) for index, text in texts} if typed.texts else None,
    )


def _keep(typed: Typed, shown: Sequence[str]) -> str:
    """Whatever the page does not show anyway."""
    known = {settle_typed(text) for text in shown}
    texts = (settle_typed(text) for text in (*typed.texts, *(note.text for note in typed.notes)))
    return "\n\n".join(text for text in texts if text and text not in known)


def _read(field: FieldError, source: Section) -> Finding:
    """Where the field itself is a run's or a note's number, that is what it is about."""
    match = _FIELD.fullmatch(field.field)
    if match is not None and match[1] == "notes":
        return Finding(f"This note {field.message}.", note=int(match[2]))
    if match is not None and int(match[2]) < len(source.runs):
        return Finding(field.message, int(match[2]))
    return read_finding(field.message, source)


def explain_request(error: ValidationError, runs: Sequence[int]) -> InvalidInput:
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
