"""How many notes a chapter shows: one for every 400 words of it, the first ones.

A place is kept for each section ahead that has facts about hardware, up to half of all places:
steps fail without these, and explanations of an early section are not to crowd them out.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from server.generation.editions.domain import Order, Part
from server.generation.renditions.domain import SectionReady, ShownSection
from server.generation.renditions.sections import show_rewrite
from server.generation.rewriting.domain import MOST_NOTES, Note, count_words, rank_notes
from server.plan.transformations.domain import HARDWARE

WORDS_A_NOTE = 400


def count_allowed(order: Order) -> int:
    """So many notes the order's chapter may show; at least one."""
    runs = (run for section in order.chapter.sections for run in section.runs)
    return max(1, sum(count_words(run.masked) for run in runs) // WORDS_A_NOTE)


@dataclass
class NoteLimit:
    """Holds a section back only while earlier ones may still take the places of its notes.

    So what is shown of a section never changes, in whatever order sections come.
    """

    order: Order
    allowed: int
    _shown: dict[int, int] = field(default_factory=dict[int, int])  # how many notes, by section
    _waiting: dict[int, ShownSection] = field(default_factory=dict[int, ShownSection])

    def take(self, index: int, section: ShownSection) -> list[SectionReady]:
        """What can be shown now that this section has come, in reading order."""
        self._waiting[index] = section
        ready = list[SectionReady]()
        for each in sorted(self._waiting):
            notes = self._find_shown(each)
            if notes is not None:
                fewer = _keep(self.order, self.order.parts[each], self._waiting.pop(each), notes)
                self._shown[each] = len(fewer.notes)
                ready.append(SectionReady(each, fewer))
        return ready

    def _find_shown(self, index: int) -> list[Note] | None:
        """Those of its notes that are shown; None while that depends on sections to come."""
        earlier = self.order.parts[:index]
        left = self.allowed - sum(self._shown.get(part.index, 0) for part in earlier)
        open_ = sum(part.rewritable and part.index not in self._shown for part in earlier)
        chosen = self._choose(index, left)
        return chosen if self._choose(index, left - MOST_NOTES * open_) == chosen else None

    def _choose(self, index: int, left: int) -> list[Note]:
        """The section's notes that are shown where the chapter has so many places left."""
        shown, chosen = self._waiting[index], list[Note]()
        notes = shown.rewrite.notes if shown.rewrite is not None and shown.notes else ()
        first = sorted(notes, key=lambda note: (note.after is None, note.after))
        for note in rank_notes(first, self.order.brief.plan):
            places = left if note.kind == HARDWARE else left - self._reserved[index]
            if len(chosen) < places:
                chosen.append(note)
        return chosen

    @cached_property
    def _reserved(self) -> list[int]:
        """By section, the places kept for what sections behind it have to say on hardware."""
        needs = [self.order.brief.find_needs(part.section) for part in self.order.parts]
        has_facts = [any(fact.kind == HARDWARE for fact in each.facts) for each in needs]
        ahead = (sum(has_facts[index + 1 :]) for index in range(len(has_facts)))
        return [min(each, self.allowed // 2) for each in ahead]


def _keep(order: Order, part: Part, shown: ShownSection, notes: list[Note]) -> ShownSection:
    """The section with these of its notes."""
    if len(shown.notes) <= len(notes) or shown.rewrite is None:
        return shown
    rewrite = replace(shown.rewrite, notes=tuple(notes))
    fewer = show_rewrite(part.section, rewrite, order.brief, shown.status)
    return replace(shown, markdown=fewer.markdown, notes=fewer.notes)
