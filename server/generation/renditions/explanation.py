"""What was done to a chapter, by whom, and why the rest of it is the author's. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict

from server.generation.editions.domain import Part
from server.generation.renditions.domain import Rendition, ShownSection, Writer
from server.generation.review.domain import Verdict
from server.plan.transformations.domain import Adds, Transformation


class OriginalReason(StrEnum):
    """Why a section of a rendition is the author's, word for word."""

    NOT_ASKED = "not_asked"  # the plan has no transformation for the chapter
    LOCKED = "locked"  # by its author or an instructor
    NO_PROSE = "no_prose"
    RESERVED = "reserved"  # warnings and exercises, which are translated and nothing else
    NOTHING_TO_CHANGE = "nothing_to_change"
    REJECTED = "rejected"  # what was written did not pass the checks
    OUTAGE = "outage"
    BUDGET = "budget"
    STOPPED = "stopped"
    UNACCEPTED = "unaccepted"  # what was written waits for an instructor


@dataclass(frozen=True, slots=True)
class TransformationEffect:
    """What one transformation of the plan came to; of neither sections nor notes: to nothing."""

    __pydantic_config__ = ConfigDict(title="TransformationEffectResponse")

    id: str
    title: str
    sections: int  # reworded with it
    notes: int  # of its kinds


@dataclass(frozen=True, slots=True)
class WrittenShare:
    """How much of a rendition somebody wrote."""

    __pydantic_config__ = ConfigDict(title="WrittenShareResponse")

    writer: Writer
    sections: int
    notes: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rendition reads as it does: what was done, not what was planned."""

    __pydantic_config__ = ConfigDict(title="ExplanationResponse")

    transformations: tuple[TransformationEffect, ...]  # in the order of the plan
    writers: tuple[WrittenShare, ...]  # who wrote nothing is left out
    reviews: Mapping[Verdict, int]  # of the sections that a model wrote
    originals: Mapping[OriginalReason, int]  # of the author's sections


def explain(rendition: Rendition) -> Explanation:
    """Return what was done to the chapter, from what is shown of it."""
    sections = rendition.sections
    parts = zip(rendition.order.parts, sections, strict=True)
    return Explanation(
        transformations=tuple(
            _measure(each, sections) for each in rendition.order.plan.transformations
        ),
        writers=tuple(filter(_has_part, (_share(writer, sections) for writer in Writer))),
        reviews=dict(Counter(each.review for each in sections if each.writer is Writer.MODEL)),
        originals=dict(
            Counter(
                _find_reason(rendition, part, shown)
                for part, shown in parts
                if shown.writer is Writer.AUTHOR
            )
        ),
    )


def _measure(each: Transformation, sections: Iterable[ShownSection]) -> TransformationEffect:
    kinds = each.note_kinds | {sheet.kind for sheet in each.facts}
    rewords = each.adds is not Adds.NOTES
    return TransformationEffect(
        each.id,
        each.title,
        sections=sum(rewords and shown.is_reworded for shown in sections),
        notes=sum(note.kind in kinds for shown in sections for note in shown.notes),
    )


def _share(writer: Writer, sections: Iterable[ShownSection]) -> WrittenShare:
    own = [shown for shown in sections if shown.writer is writer]
    return WrittenShare(writer, len(own), sum(len(shown.notes) for shown in own))


def _has_part(share: WrittenShare) -> bool:
    return share.sections > 0


def _find_reason(rendition: Rendition, part: Part, shown: ShownSection) -> OriginalReason:
    if shown.cause is not None:
        return OriginalReason(shown.cause)
    if not rendition.order.plan.steps:
        return OriginalReason.NOT_ASKED
    if part.section.locked:
        return OriginalReason.LOCKED
    if not part.section.has_prose:
        return OriginalReason.NO_PROSE
    is_reserved = all(run.reserved for run in part.section.runs)
    return OriginalReason.RESERVED if is_reserved else OriginalReason.NOTHING_TO_CHANGE
