"""The hot tier: renditions in this process's memory, their answers as bytes that are ready to send.

A rendition is known by the chapter, its file's hash and the plan's hash, so that an edit, another
profile and a raised revision ask for another one: nothing here ever has to be invalidated.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from sys import getsizeof

from server.core.telemetry.logs import current_request_id
from server.generation.editions.domain import Form, Order, RenditionName
from server.generation.renditions.answers import write_answer
from server.generation.renditions.canonical import refer_to, write_form
from server.generation.renditions.domain import (
    NO_USAGE,
    Reference,
    Rendition,
    SectionStatus,
    ShownSection,
    Source,
)
from server.generation.renditions.log.domain import LogEntry, LoggedAnswer
from server.generation.rewriting.store.domain import PASSING_CAUSES

# What is the asker's own; all else is the same for everybody whom the rendition is shown to.
OWN_FIELDS = frozenset({"profile_hash", "personalization_factors", "response_time_ms"})
BYTES_PER_RENDITION = 4_000  # its name, its log row, the objects around them
BYTES_PER_SECTION = 1_000

# The rendition, its form, and whether its texts are in the answer.
_HotName = tuple[RenditionName, Form, bool]


@dataclass(frozen=True, slots=True)
class HotRendition:
    """A rendition with all that answering it again takes."""

    title: str
    sections: tuple[ShownSection, ...]
    retry_at: datetime | None
    fallback_reasons: tuple[str, ...]
    shared_json: bytes  # an object's, but for its opening brace
    logged: LoggedAnswer
    reference: Reference | None  # where it was asked for with `inline: false`

    def show(self, order: Order) -> Rendition:
        """The rendition as it answers this order."""
        return Rendition(
            order=order,
            plan_hash=order.plan_hash,
            title=self.title,
            sections=self.sections,
            source=Source.MEMORY,
            offline=False,
            hash=self.logged.rendition_hash,
            reference=None if order.inline else self.reference,
        )

    def write_answer(self, order: Order, response_time_ms: int) -> bytes:
        """The body of `POST /personalize`: what is the asker's own, then what everybody gets."""
        opening = (
            f'{{"profile_hash":"{order.asker.profile_hash}","response_time_ms":{response_time_ms},'
            f'"personalization_factors":{_write_reasons(order.plan.reasons)},'
        )
        return opening.encode() + self.shared_json

    def log(self, order: Order, response_time_ms: int) -> LogEntry:
        """What the log says of this answer."""
        asker, request_id = order.asker, current_request_id()
        return LogEntry(self.logged, asker.user_id, request_id, response_time_ms, order.name)

    @property
    def weight(self) -> int:
        """The bytes that it takes in memory, rather too many than too few."""
        return BYTES_PER_RENDITION + len(self.shared_json) + sum(map(_weigh, self.sections))


class HotTier:
    """The renditions that were used last, as many as fit into so many bytes; 0 keeps none."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[_HotName, tuple[int, HotRendition]]()
        self.weight = 0

    def find(self, order: Order) -> HotRendition | None:
        """What answers the order, in the form that it asks for."""
        return self._find(_name(order, order.name))

    def find_other_form(self, order: Order) -> HotRendition | None:
        """The same rendition in whichever other form; the one that is asked for is made from it."""
        found = (self._find((order.name, *each)) for each in _FORMS)
        return next((hot for hot in found if hot is not None), None)

    def _find(self, name: _HotName) -> HotRendition | None:
        """What is kept, unless one of its fallback sections may be tried again by now."""
        kept = self._kept.get(name)
        if kept is None:
            return None
        hot = kept[1]
        if hot.retry_at is not None and hot.retry_at <= datetime.now(UTC):
            self._drop(name)
            return None
        self._kept.move_to_end(name)
        return hot

    def takes(self, rendition: Rendition) -> bool:
        """Whether a rendition is kept: not one that a bad day or the lack of a model made."""
        return bool(self._capacity) and _is_lasting(rendition)

    def keep(self, rendition: Rendition, hot: HotRendition) -> None:
        """Keep what a rendition was made ready as, if it is one to be kept."""
        if not self.takes(rendition):
            return
        name = _name(rendition.order, rendition.name)
        self._drop(name)
        self._kept[name] = hot.weight, hot
        self.weight += hot.weight
        while self.weight > self._capacity:
            self._drop(next(iter(self._kept)))

    def _drop(self, name: _HotName) -> None:
        weight, _ = self._kept.pop(name, (0, None))
        self.weight -= weight


def _name(order: Order, name: RenditionName) -> _HotName:
    return name, order.form, order.inline


_FORMS = [
    (Form(with_blocks, as_trees), inline)
    for inline in (True, False)
    for with_blocks in (False, True)
    for as_trees in (False, True)
]


def warm_up(rendition: Rendition) -> HotRendition:
    """The rendition as every later request is shown it; trees take a while to be rendered."""
    order, sections = rendition.order, tuple(map(_show_again, rendition.sections))
    again = replace(rendition, sections=sections, source=Source.MEMORY, response_time_ms=0)
    if not order.inline:
        read = again.title, again.language, sections
        again = replace(again, reference=refer_to(write_form(*read, order.chapter, order.form)))
    shared = write_answer(again, OWN_FIELDS)
    return HotRendition(
        title=again.title,
        sections=sections,
        retry_at=again.retry_at,
        fallback_reasons=again.fallback_reasons,
        shared_json=shared[1:],
        logged=LoggedAnswer.of(again),
        reference=again.reference,
    )


def _is_lasting(rendition: Rendition) -> bool:
    fallbacks = [each for each in rendition.sections if each.status is SectionStatus.FALLBACK]
    return (
        rendition.source is not Source.ORIGINAL
        and not rendition.offline
        and all(section.cause not in PASSING_CAUSES for section in fallbacks)
    )


def _show_again(section: ShownSection) -> ShownSection:
    is_rewritten = section.status is SectionStatus.REWRITTEN
    return replace(
        section,
        status=SectionStatus.CACHED if is_rewritten else section.status,
        usage=NO_USAGE,
        generated=False,
        replaced=False,
    )


@lru_cache(maxsize=256)
def _write_reasons(reasons: tuple[str, ...]) -> str:
    return json.dumps(reasons, ensure_ascii=False, separators=(",", ":"))


def _weigh(section: ShownSection) -> int:
    headings = sum(getsizeof(heading.text) + getsizeof(heading.id) for heading in section.headings)
    notes = sum(getsizeof(note.markdown) for note in section.notes)
    objects = BYTES_PER_SECTION + 200 * (len(section.headings) + len(section.notes))
    return objects + getsizeof(section.markdown) + headings + notes
