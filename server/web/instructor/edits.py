"""Edits that come from a form: is it still about the text that is there, and what was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from server.book.chapters.domain import Chapter
from server.errors import Conflict
from server.generation.corrections.domain import Pin, SectionName
from server.generation.corrections.service import list_pins, take_turn
from server.generation.rewriting.domain import Note
from server.generation.rewriting.protocol import PLACEHOLDER
from server.insight.feedback.domain import SectionNotFound
from server.staff.instruction.acts.service import Bench
from server.staff.instruction.plans.domain import PlanNotFound
from server.staff.instruction.plans.service import find_plan, find_section, list_plans
from server.staff.instruction.review.domain import ReviewedRun, ReviewedSection
from server.staff.instruction.review.service import review


class ChapterChanged(Conflict):
    """A chapter was changed while an instructor edited it on a page."""

    slug = "chapter-changed"
    title = "The chapter has changed"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an instructor's form was looked at with: a section under a plan, and its text's sign."""

    plan_hash: str
    section_id: str
    sign: str


def sign_section(section: ReviewedSection) -> str:
    """A name for the author's section together with the words that stand for it now."""
    shown = [run.shown for run in section.runs]
    notes = section.rewrite.notes if section.rewrite else ()
    return sha256(repr((section.key, shown, notes)).encode()).hexdigest()[:32]


def sign_pin(pin: Pin) -> str:
    """A name for a pinned text, with the one that it is pinned under."""
    text = sorted(pin.rewrite.answers.items()), pin.rewrite.notes
    return f"{pin.place.pin or pin.place.key}:{sha256(repr(text).encode()).hexdigest()[:32]}"


async def check_pin(bench: Bench, chapter: Chapter, sign: str) -> None:
    """Refuse to take a pin off whose text nobody has seen."""
    await take_turn(bench.session, chapter.id)
    name = sign.partition(":")[0]
    pins = await list_pins(bench.session, chapter.id, [SectionName(key=name, pin=name)])
    if sign not in {sign_pin(pin) for pin in pins}:
        raise ChapterChanged(_explain("Nothing was done to the pin that is there now."))


async def find_seen(bench: Bench, chapter: Chapter, seen: Seen) -> ReviewedSection:
    """Find the section that an instructor's form was looked at with, or refuse to act on it.

    Forms about one chapter take turns: the second sees what the first has done.
    """
    await take_turn(bench.session, chapter.id)
    try:
        plans = await list_plans(bench.session, bench.desk, chapter)
        plan = find_plan(plans, seen.plan_hash)
        found = await review(bench.session, plans, plan, bench.instructor)
        section = found.sections[find_section(chapter, seen.section_id)]
    except (PlanNotFound, SectionNotFound) as error:
        raise ChapterChanged(_explain("What you were looking at is gone.")) from error
    if sign_section(section) != seen.sign:
        raise ChapterChanged(_explain("Nothing was done to the text that is there now."))
    return section


def _explain(consequence: str) -> str:
    return f"The chapter has changed since you opened this page. {consequence}"


def list_editable(runs: Sequence[ReviewedRun]) -> tuple[ReviewedRun, ...]:
    """The runs that have a word in them; the others are marks and figures."""
    return tuple(run for run in runs if _has_words(run.original))


def _has_words(masked: str) -> bool:
    return any(char.isalpha() for char in PLACEHOLDER.sub("", masked))


def find_changed(section: ReviewedSection, texts: Sequence[str]) -> Mapping[int, str]:
    """The texts that are not as they stood in the form, by the number of their run."""
    runs = list_editable(section.runs)
    if len(texts) != len(runs):
        raise ChapterChanged(_explain("The form does not fit the section any more."))
    typed = {run.index: settle_typed(text) for run, text in zip(runs, texts, strict=True)}
    return {
        run.index: typed[run.index] for run in runs if typed[run.index] != settle_typed(fill(run))
    }


def find_changed_notes(section: ReviewedSection, notes: Sequence[Note]) -> tuple[Note, ...] | None:
    """All notes as they are to be, or None where they are to stay as they are."""
    before, wanted = (
        tuple(Note(each.kind, settle_typed(each.text), each.after) for each in some)
        for some in (section.notes, notes)
    )
    return None if wanted == before else wanted


def fill(run: ReviewedRun) -> str:
    """The text that stands in the form to begin with."""
    return run.original if run.shown is None else run.shown


def settle_typed(text: str) -> str:
    """The line ends of our texts, not of a form, and nothing around the words."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
