"""Acts on a section: edit, accept, pin, unpin, reject, lock, unlock; each recorded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter, Section
from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.errors import FieldError, InvalidInput
from server.generation.corrections import service as correcting
from server.generation.corrections.domain import Place
from server.generation.corrections.service import read_stored
from server.generation.editions.domain import EditionInUse, Part
from server.generation.editions.service import OrderDesk, raise_revision
from server.generation.renditions.cache.service import revise_showing
from server.generation.rewriting.domain import Brief, Note, SectionRewrite
from server.generation.rewriting.notes.admission import NoteFault, admit_notes
from server.generation.rewriting.service import settle_answers
from server.generation.rewriting.store.domain import StoredRewrite
from server.generation.rewriting.store.service import accept_rewrite, hold_rewrites
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from server.generation.warming.service import leave_to_others
from server.learners.accounts.domain import Account
from server.staff.instruction.acts.schemas import (
    AcceptRequest,
    EditRequest,
    PinRequest,
    RejectRequest,
)
from server.staff.instruction.domain import (
    AllDone,
    Done,
    NothingToPin,
    NotRewritten,
    TextChanged,
    place_of,
    sign_text,
)
from server.staff.instruction.plans.domain import PlanNotFound
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
class Bench:
    """Where acts are done: one transaction, and who does them."""

    session: AsyncSession
    desk: OrderDesk
    instructor: Account

    @property
    def user_id(self) -> int:
        return self.instructor.id

    async def find_target(self, chapter: Chapter, wanted: PinRequest) -> Target:
        """The section, or 404 for what is not there and 409 for what is never rewritten."""
        return (await self.find_targets(chapter, wanted.plan_hash, [wanted.section]))[0]

    async def find_targets(
        self, chapter: Chapter, plan_hash: str, section_ids: Collection[str]
    ) -> list[Target]:
        """The same for several sections under one plan."""
        plans = await list_plans(self.session, self.desk, chapter)
        plan = find_plan_in_use(plans, plan_hash)
        return [_aim(plan, section_id) for section_id in section_ids]

    async def conclude(
        self, kind: ActKind, place: Place, details: Mapping[str, object] | None = None
    ) -> Done:
        """Have what shows the section seen anew, and say who did it."""
        await revise_showing(self.session, place)
        act = Act(kind, place.chapter_id, place.section_id, place.plan_hash, details or {})
        await record(self.session, self.user_id, act)
        return Done(kind, place.chapter_id, place.section_id, place.plan_hash, changed=True)


def _aim(plan: EditionInUse, section_id: str) -> Target:
    part = plan.edition.parts[find_section(plan.edition.chapter, section_id)]
    if not part.rewritable:
        raise NotRewritten(f"The section {section_id!r} has nothing to rewrite, or is locked.")
    return Target(plan, part, place_of(plan, part))


async def edit(bench: Bench, chapter: Chapter, wanted: EditRequest) -> Done:
    """Pin an instructor's own words; what the verifier has against them is said, all of it."""
    target = await bench.find_target(chapter, wanted)
    runs, notes = wanted.list_runs(), wanted.list_notes()
    base = await _find_rewrite(bench, target)
    rewrite = SectionRewrite(
        answers=_merge(target, base, runs),
        notes=_check_notes(target, base, notes),
        provider=base.provider if base else "",
        model=base.model if base else "",
    )
    _verify(target, rewrite)
    await correcting.pin(bench.session, target.place, rewrite, bench.user_id, edited=True)
    details = {
        "runs": sorted(runs),
        "before": {str(i): base.answers.get(i) if base else None for i in sorted(runs)},
        "after": {str(i): rewrite.answers[i] for i in sorted(runs)},
        "notes": notes is not None,
    }
    return await bench.conclude(ActKind.EDIT, target.place, details)


async def pin(bench: Bench, chapter: Chapter, wanted: PinRequest) -> Done:
    """Have what is shown now be shown whatever a model may write later."""
    target = await bench.find_target(chapter, wanted)
    rewrite = await _find_rewrite(bench, target)
    if rewrite is None:
        raise NothingToPin(
            f"No text is stored for the section {wanted.section!r} under this plan: have it "
            "written first, or write it yourself."
        )
    _verify(target, rewrite)
    pins = await correcting.list_pins(bench.session, target.place.chapter_id)
    edited = any(each.edited for each in pins if each.is_of(target.part.name))
    await correcting.pin(bench.session, target.place, rewrite, bench.user_id, edited=edited)
    return await bench.conclude(ActKind.PIN, target.place)


async def accept(bench: Bench, chapter: Chapter, wanted: AcceptRequest) -> AllDone:
    """Have texts shown as they were read, all or none; `changed` where one waited until now."""
    await correcting.take_turn(bench.session, chapter.id)
    signs = wanted.list_signs()
    targets = await bench.find_targets(chapter, wanted.plan_hash, signs)
    async with bench.session.begin_nested():
        accepted = await _accept_all(bench, targets, list(signs.values()))
    if accepted:
        await revise_showing(bench.session, *accepted.values())
    for place in accepted.values():
        act = Act(ActKind.ACCEPT, place.chapter_id, place.section_id, place.plan_hash)
        await record(bench.session, bench.user_id, act)
    return AllDone(tuple(_tell_accepted(each.place, accepted) for each in targets))


async def _accept_all(
    bench: Bench, targets: Sequence[Target], signs: Sequence[str]
) -> dict[str, Place]:
    """The texts that were not accepted before, by their keys; of equal sections the first's."""
    await hold_rewrites(bench.session, {target.part.key for target in targets})
    stored = await read_stored(bench.session, [target.part.name for target in targets])
    accepted = dict[str, Place]()
    for target, sign in zip(targets, signs, strict=True):
        key = target.part.key
        if key not in accepted and await _accept(bench, target, stored.get(key), sign):
            accepted[key] = target.place
    return accepted


async def _accept(bench: Bench, target: Target, stored: StoredRewrite | None, sign: str) -> bool:
    """Whether the text was not accepted before; raises where it is not the one that was read."""
    text, key = stored.rewrite if stored else None, target.part.key
    if stored is None or text is None or sign_text(key, text) != sign:
        raise TextChanged(
            f"The text of the section {target.section.id!r} is not the one that you have read: "
            "nothing was accepted. Look at the review again."
        )
    if not stored.is_accepted:
        await accept_rewrite(bench.session, key, bench.user_id)
    return not stored.is_accepted


def _tell_accepted(place: Place, accepted: Mapping[str, Place]) -> Done:
    changed = place.key in accepted
    names = place.chapter_id, place.section_id, place.plan_hash
    return Done(ActKind.ACCEPT, *names, changed=changed)


async def unpin(bench: Bench, chapter: Chapter, wanted: PinRequest) -> Done:
    """Take the pin off, also one whose section or plan is not there any more."""
    place = await _find_pinned_place(bench, chapter, wanted)
    if place is None:
        place = (await bench.find_target(chapter, wanted)).place
    gone = await correcting.unpin(bench.session, place)
    if gone:
        await bench.conclude(ActKind.UNPIN, place)
    return Done(ActKind.UNPIN, chapter.id, wanted.section, wanted.plan_hash, changed=gone > 0)


async def _find_pinned_place(bench: Bench, chapter: Chapter, wanted: PinRequest) -> Place | None:
    """By the name that the plan had when it was pinned, or by the one that it has now."""
    plans = await list_plans(bench.session, bench.desk, chapter)
    try:
        plan = find_plan_in_use(plans, wanted.plan_hash).edition.plan
        name = plan.ids, plan.language
    except PlanNotFound:
        name = None
    for each in await correcting.list_pins(bench.session, chapter.id):
        place = each.place
        is_named = wanted.plan_hash == place.plan_hash
        is_wanted = is_named or name == (place.transformations, place.language)
        if place.section_id == wanted.section and is_wanted:
            return place
    return None


async def reject(bench: Bench, chapter: Chapter, wanted: RejectRequest) -> Done:
    """Drop a text as an instructor wishes, so that the next request asks anew, with the hint."""
    place = (await bench.find_target(chapter, wanted)).place
    dropped = await correcting.reject(bench.session, place, bench.user_id, wanted.hint)
    # A batch was asked without the hint.
    await leave_to_others(bench.session, place.key)
    details = {"hint": wanted.hint} if wanted.hint else None
    return replace(await bench.conclude(ActKind.REJECT, place, details), changed=dropped)


async def lock(bench: Bench, chapter: Chapter, section_id: str) -> Done:
    """Show everybody the author's words."""
    find_section(chapter, section_id)
    locked = await correcting.lock(bench.session, chapter.id, section_id, bench.user_id)
    if locked:
        await raise_revision(bench.session, chapter.id)
        await record(bench.session, bench.user_id, Act(ActKind.LOCK, chapter.id, section_id))
    return Done(ActKind.LOCK, chapter.id, section_id, None, changed=locked)


async def unlock(bench: Bench, chapter: Chapter, section_id: str) -> Done:
    """Let a section be rewritten again, also one that the chapter does not have any more."""
    unlocked = await correcting.unlock(bench.session, chapter.id, section_id)
    if unlocked:
        await raise_revision(bench.session, chapter.id)
        await record(bench.session, bench.user_id, Act(ActKind.UNLOCK, chapter.id, section_id))
    return Done(ActKind.UNLOCK, chapter.id, section_id, None, changed=unlocked)


async def _find_rewrite(bench: Bench, target: Target) -> SectionRewrite | None:
    stored = await read_stored(bench.session, [target.part.name])
    return find_shown_rewrite(target.brief, target.part, stored.get(target.part.key))


def _merge(target: Target, base: SectionRewrite | None, runs: Mapping[int, str]) -> dict[int, str]:
    """The text as it stands, else the author's, with the new words in their places."""
    known = target.section.runs
    wrong = [index for index in runs if not 0 <= index < len(known)]
    if wrong:
        fields = [FieldError(f"body.runs.{index}", "there is no such run") for index in wrong]
        raise InvalidInput("A run is not one of the section's.", fields=fields)
    kept = {index: run.masked for index, run in enumerate(known)}
    new = settle_answers(runs, target.section, target.plan.edition.plan.language)
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
