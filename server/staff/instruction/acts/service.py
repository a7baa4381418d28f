"""Acts on a section: edit, pin, unpin, reject, lock, unlock; each recorded with what it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter, Section
from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.errors import FieldError, InvalidInput
from server.generation.corrections import service as correcting
from server.generation.corrections.domain import Place
from server.generation.corrections.service import read_stored
from server.generation.editions.domain import EditionInUse, Part
from server.generation.editions.service import OrderDesk
from server.generation.rewriting.domain import Brief, Note, SectionRewrite
from server.generation.rewriting.notes.admission import NoteFault, admit_notes
from server.generation.rewriting.service import settle_answer
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from server.generation.warming.service import leave_to_others
from server.staff.instruction.domain import NothingToPin, NotRewritten, PlanNotFound, place_of
from server.staff.instruction.plans.service import find_plan as find_plan_in_use
from server.staff.instruction.plans.service import find_section, list_plans
from server.staff.instruction.review.service import find_shown_rewrite

NOTE_FAULTS = {
    NoteFault.KIND: "no transformation of this plan asks for notes of this kind",
    NoteFault.EMPTY: "has no words",
    NoteFault.LENGTH: "is too long for a note",
    NoteFault.SURPLUS: "is one note too many for a section",
    NoteFault.REPEATED: "is there twice",
}


@dataclass(frozen=True)
class Target:
    """A section under a plan, found in the chapter as it stands now."""

    plan: EditionInUse
    part: Part
    place: Place

    @property
    def section(self) -> Section:
        return self.part.section

    @property
    def brief(self) -> Brief:
        return self.plan.edition.brief


@dataclass(frozen=True)
class Edit:
    """New words for some runs, by their number; notes only where they are to be others."""

    runs: Mapping[int, str]
    notes: tuple[Note, ...] | None = field(default=None)


@dataclass(frozen=True)
class Bench:
    """Where acts are done: one transaction, and who does them."""

    session: AsyncSession
    desk: OrderDesk
    user_id: int

    async def find_target(self, chapter: Chapter, section_id: str, plan_hash: str) -> Target:
        """The section, or 404 for what is not there and 409 for what is never rewritten."""
        plans = await list_plans(self.session, self.desk, chapter)
        plan = find_plan_in_use(plans, plan_hash)
        part = plan.edition.parts[find_section(plan.edition.chapter, section_id)]
        if not part.rewritable:
            raise NotRewritten(f"The section {section_id!r} has nothing to rewrite, or is locked.")
        return Target(plan, part, place_of(plan, part))

    async def record(
        self, kind: ActKind, place: Place, details: Mapping[str, object] | None = None
    ) -> None:
        act = Act(kind, place.chapter_id, place.section_id, place.plan_hash, details or {})
        await record(self.session, self.user_id, act)


async def edit(bench: Bench, target: Target, wanted: Edit) -> None:
    """Pin new words; what the verifier has against them is said, all of it."""
    base = await _find_rewrite(bench, target)
    rewrite = SectionRewrite(
        answers=_merge(target, base, wanted.runs),
        notes=_check_notes(target, base, wanted.notes),
        provider=base.provider if base else "",
        model=base.model if base else "",
    )
    _verify(target, rewrite)
    await correcting.pin(bench.session, target.place, rewrite, bench.user_id, edited=True)
    details = {
        "runs": sorted(wanted.runs),
        "before": {str(i): base.answers.get(i) if base else None for i in sorted(wanted.runs)},
        "after": {str(i): rewrite.answers[i] for i in sorted(wanted.runs)},
        "notes": wanted.notes is not None,
    }
    await bench.record(ActKind.EDIT, target.place, details)


async def pin(bench: Bench, target: Target) -> None:
    """Have what is shown now be shown whatever a model may write later."""
    rewrite = await _find_rewrite(bench, target)
    if rewrite is None:
        raise NothingToPin(
            f"No text is stored for the section {target.section.id!r} under this plan: have it "
            "written first, or write it yourself."
        )
    _verify(target, rewrite)
    pins = await correcting.list_pins(bench.session, target.place.chapter_id)
    edited = any(each.edited for each in pins if each.place.key == target.place.key)
    await correcting.pin(bench.session, target.place, rewrite, bench.user_id, edited=edited)
    await bench.record(ActKind.PIN, target.place)


async def unpin(bench: Bench, chapter: Chapter, section_id: str, plan_hash: str) -> bool:
    """Take the pin off, also one whose section or plan is not there any more."""
    place = await _find_pinned_place(bench, chapter, section_id, plan_hash)
    if place is None:
        target = await bench.find_target(chapter, section_id, plan_hash)
        place = target.place
    gone = await correcting.unpin(bench.session, place)
    if gone:
        await bench.record(ActKind.UNPIN, place)
    return gone > 0


async def _find_pinned_place(
    bench: Bench, chapter: Chapter, section_id: str, plan_hash: str
) -> Place | None:
    """By the name that the plan had when it was pinned, or by the one that it has now."""
    plans = await list_plans(bench.session, bench.desk, chapter)
    try:
        wanted = find_plan_in_use(plans, plan_hash).edition.plan
        name = wanted.ids, wanted.language
    except PlanNotFound:
        name = None
    for each in await correcting.list_pins(bench.session, chapter.id):
        place = each.place
        is_wanted = plan_hash == place.plan_hash or name == (place.transformations, place.language)
        if place.section_id == section_id and is_wanted:
            return place
    return None


async def reject(bench: Bench, target: Target, hint: str | None) -> bool:
    """Have the next request ask anew, with the hint; whether there was a text to drop."""
    dropped = await correcting.reject(bench.session, target.place, bench.user_id, hint)
    # A batch was asked without the hint.
    await leave_to_others(bench.session, target.place.key)
    await bench.record(ActKind.REJECT, target.place, {"hint": hint} if hint else None)
    return dropped


async def lock(bench: Bench, chapter: Chapter, section_id: str) -> bool:
    """Show everybody the author's words."""
    find_section(chapter, section_id)
    locked = await correcting.lock(bench.session, chapter.id, section_id, bench.user_id)
    if locked:
        await record(bench.session, bench.user_id, Act(ActKind.LOCK, chapter.id, section_id))
    return locked


async def unlock(bench: Bench, chapter: Chapter, section_id: str) -> bool:
    """Let a section be rewritten again, also one that the chapter does not have any more."""
    unlocked = await correcting.unlock(bench.session, chapter.id, section_id)
    if unlocked:
        await record(bench.session, bench.user_id, Act(ActKind.UNLOCK, chapter.id, section_id))
    return unlocked


async def _find_rewrite(bench: Bench, target: Target) -> SectionRewrite | None:
    key = target.place.key
    stored = await read_stored(bench.session, [key])
    return find_shown_rewrite(target.brief, target.part, stored.get(key))


def _merge(target: Target, base: SectionRewrite | None, runs: Mapping[int, str]) -> dict[int, str]:
    """The text as it stands, else the author's, with the new words in their places."""
    known = target.section.runs
    wrong = [index for index in runs if not 0 <= index < len(known)]
    if wrong:
        fields = [FieldError(f"body.runs.{index}", "there is no such run") for index in wrong]
        raise InvalidInput("A run is not one of the section's.", fields=fields)
    kept = {index: run.masked for index, run in enumerate(known)}
    language = target.plan.edition.plan.language
    new = {index: settle_answer(text, known[index], language) for index, text in runs.items()}
    return kept | (base.answers if base else {}) | new


def _check_notes(
    target: Target, base: SectionRewrite | None, notes: Sequence[Note] | None
) -> tuple[Note, ...]:
    """Notes are judged like a model's; here each that is not admitted is named."""
    if notes is None:
        return base.notes if base else ()
    provider = base.provider if base else ""
    admission = admit_notes(notes, target.section, target.brief, provider=provider)
    if admission.dropped:
        fields = [
            FieldError(f"body.notes.{notes.index(each.note)}", _explain(each.fault))
            for each in admission.dropped
        ]
        raise InvalidInput("Not every note may be shown.", fields=fields)
    return admission.notes


def _explain(fault: NoteFault) -> str:
    return NOTE_FAULTS.get(fault, f"is not admitted: {fault.value.replace('_', ' ')}")


def _verify(target: Target, rewrite: SectionRewrite) -> None:
    """The same checks that a model's answer has to pass."""
    differences = find_differences(Candidate(target.section, rewrite.answers, target.brief))
    if differences:
        fields = [FieldError(f"body.runs.{each.check}", each.sentence) for each in differences]
        raise InvalidInput("The text did not pass the checks of a rewrite.", fields=fields)
