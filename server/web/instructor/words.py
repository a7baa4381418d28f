"""What stands beside a reviewed section, in words: whose text it is, what a check said."""

import re
from dataclasses import dataclass
from datetime import datetime

from server.book.chapters.domain import RunKind, Section, Span
from server.book.languages.tags import display_name
from server.generation.editions.domain import Edition, EditionInUse
from server.generation.renditions.domain import SectionStatus
from server.generation.review.domain import Verdict
from server.generation.rewriting.protocol import PLACEHOLDER, run_numbers
from server.generation.rewriting.store.domain import StoredState
from server.learners.accounts.domain import Account
from server.staff.instruction.review.domain import (
    PinState,
    ReviewedPin,
    ReviewedRun,
    ReviewedSection,
    Verifier,
)
from server.web.labels import LABELS

SHORT = 60  # characters; fields of such texts stand side by side
LONGEST_SPAN = 160  # characters that a legend shows of what a mark stands for

# A sentence of the verifier's begins with the number that the model knows the text by.
_NEXT_RUN = re.compile(r"; (?=run \d)")
_ABOUT_RUN = re.compile(r"run (\d+)(?:: | )(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mark:
    """A word about a section; some of them ask for somebody's eyes."""

    text: str
    needs_eyes: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a text, as instructors' pages name it, and where: a run or a note."""

    sentence: str
    run: int | None = None
    note: int | None = None


def name_version(plan: EditionInUse) -> str:
    """A plan as instructors know it: what it does, and in which language."""
    return f"{name_steps(plan)} · {display_name(plan.edition.plan.language)}"


def name_steps(plan: EditionInUse) -> str:
    """The transformations' titles, in the order in which they are applied."""
    return ", ".join(each.title for each in plan.edition.plan.transformations)


def name_runs(section: Section) -> tuple[str, ...]:
    """Each run by its kind and number: “List item 3”."""
    names, counts = list[str](), dict[RunKind, int]()
    for run in section.runs:
        counts[run.kind] = counts.get(run.kind, 0) + 1
        name = f"{LABELS['runs'][run.kind]} {counts[run.kind]}"
        names.append("The chapter’s title" if run.detached else name)
    return tuple(names)


def list_note_kinds(edition: Edition, section: ReviewedSection) -> list[str]:
    """The kinds of note that may stand here, and those that do."""
    kinds = edition.plan.note_kinds | {note.kind for note in section.notes}
    if edition.brief.find_needs(section.part.section).terms:
        kinds |= {"glossary"}
    return sorted(kinds)


def name_note(kind: str) -> str:
    """Name a kind of note, on instructors' pages."""
    return LABELS["notes"].get(kind, kind)


def write_legend(section: ReviewedSection, reviewed: ReviewedRun) -> list[tuple[str, str]]:
    """The marks in a run, and what each stands for."""
    run = section.part.section.runs[reviewed.index]
    numbers = {int(digits) for digits in PLACEHOLDER.findall(reviewed.original)}
    spans = enumerate(run.spans, start=run.first_span)
    return [(f"⟦{number}⟧", _explain_span(span)) for number, span in spans if number in numbers]


def _explain_span(span: Span) -> str:
    name = LABELS["spans"].get(span.kind, f"what must not change ({span.kind}):")
    return name if span.kind == "break" else f"{name} {_shorten(span.source)}"


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_SPAN else f"{flat[:LONGEST_SPAN]}…"


def count_rows(text: str) -> int:
    """Enough lines for the text on a desktop; whoever writes more pulls the field larger."""
    lines = sum(1 + len(line) // 80 for line in text.split("\n"))
    return min(max(2, lines), 14)


def is_long(text: str, original: str) -> bool:
    """Whether the field takes the whole width of the form."""
    return max(len(text), len(original)) > SHORT or "\n" in text


def read_finding(sentence: str, section: Section) -> Finding:
    """The verifier's sentence, and the run whose number it names."""
    found = _ABOUT_RUN.fullmatch(sentence)
    numbers = run_numbers(section)
    if found is None or int(found[1]) not in numbers:
        return Finding(_end(sentence))
    said = found[2]
    if said.startswith(("is ", "has ", "holds ")):
        said = f"this {said}"
    return Finding(_end(said), numbers.index(int(found[1])))


def _end(sentence: str) -> str:
    capital = sentence[:1].upper() + sentence[1:]
    return capital if capital.endswith((".", "…", "?", "!")) else f"{capital}."


def describe_verifier(section: ReviewedSection) -> list[str]:
    """What the checks said of what a model wrote; in the words of the page."""
    record = section.verifier
    if record is None:
        return ["No model has been asked for this section yet."]
    if record.state == StoredState.REJECTED:
        return _describe_rejection(record, section.part.section)
    if record.state == StoredState.READY:
        return [_describe_success(record)]
    return ["A model is at work on it."]


def _describe_success(record: Verifier) -> str:
    if record.repaired_check is None:
        return "The model’s text passed all checks."
    check = name_check(record.repaired_check)
    return f"The model’s second text passed all checks; the first failed one: {check}."


def _describe_rejection(record: Verifier, section: Section) -> list[str]:
    times = "once" if record.failures == 1 else f"{record.failures} times"
    told = [f"The model’s text failed {times}."]
    if record.failed_check:
        told.append(f"The check it failed: {name_check(record.failed_check)}.")
    if record.reason:
        told += [_quote_reason(each, section) for each in _NEXT_RUN.split(record.reason)]
    if record.retry_at:
        told.append(f"It is asked for again after {write_time(record.retry_at)}.")
    return told


def _quote_reason(reason: str, section: Section) -> str:
    finding = read_finding(reason, section)
    if finding.run is None:
        return finding.sentence
    return f"{name_runs(section)[finding.run]}: {finding.sentence}"


def name_check(check: str) -> str:
    """Name a check of the verifier, on instructors' pages."""
    return LABELS["checks"].get(check, check.replace("_", " "))


def write_time(time: datetime) -> str:
    """Write a time, on instructors' pages."""
    return time.strftime("%-d %B %Y, %H:%M UTC")


def describe_pin(pin: ReviewedPin, viewer: Account, *, written: str = "Written") -> str:
    """Whose text it is; a colleague's address is for admins."""
    who = "you" if pin.by is not None and pin.by == viewer.email else pin.by
    verb = written if pin.edited else "Pinned"
    return f"{verb} by {who or 'another instructor'} on {write_time(pin.at)}."


def describe_status(section: ReviewedSection, viewer: Account) -> str:
    """Whose words learners read here, in one sentence."""
    if section.locked_by is not None:
        return LABELS["locks"][section.locked_by]
    if not section.part.rewritable:
        return "As the author wrote it: there is nothing here to rewrite for these learners."
    pin = find_standing_pin(section)
    if pin is not None:
        return describe_pin(pin, viewer, written="Written and pinned")
    return _describe_shown(section)


def _describe_shown(section: ReviewedSection) -> str:
    shown = section.answer
    if shown is None:
        return "No text is stored yet: the next learner who asks has it written."
    if shown.status is SectionStatus.FALLBACK:
        return f"Falls back to the author’s text. {shown.reason or ''}".rstrip()
    if shown.is_written_by_model:
        written = f"Written by {shown.provider} ({shown.model or 'a model without a name'})."
        waits = " Waiting for acceptance: until then learners read the author’s text."
        return written + waits if section.waiting else written
    return "As the author wrote it."


def _is_partly_original(section: ReviewedSection) -> bool:
    reading = section.second_reading
    return reading is not None and reading.verdict is Verdict.PARTLY_ORIGINAL


def find_standing_pin(section: ReviewedSection) -> ReviewedPin | None:
    """The pin that learners read."""
    return next((pin for pin in section.pins if pin.state is PinState.PINNED), None)


def list_marks(section: ReviewedSection) -> tuple[Mark, ...]:
    """What the table of contents says of a section, the urgent first."""
    feedback = section.feedback
    states = {pin.state for pin in section.pins}
    reported = feedback.not_helpful > 0 or bool(feedback.comments)
    marks = {
        Mark("reported", needs_eyes=True): reported,
        Mark("waits for acceptance", needs_eyes=True): section.waiting,
        Mark("partly put back", needs_eyes=True): _is_partly_original(section),
        Mark("falls back", needs_eyes=True): section.status is SectionStatus.FALLBACK,
        Mark("pin outdated", needs_eyes=True): PinState.OUTDATED in states,
        Mark("pinned"): PinState.PINNED in states and section.locked_by is None,
        Mark("locked"): section.locked_by is not None,
        Mark("not written yet"): section.shown is None,
    }
    return tuple(mark for mark, holds in marks.items() if holds)
