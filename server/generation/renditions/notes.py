"""How many notes a chapter shows: one for every 400 words of it, the first ones."""

from dataclasses import dataclass, field, replace

from server.generation.editions.domain import Order, Part
from server.generation.renditions.domain import SectionReady, ShownSection
from server.generation.renditions.sections import show_rewrite
from server.generation.rewriting.domain import MOST_NOTES, count_words

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
            most = self._count_places(each)
            if most is not None:
                fewer = _keep(self.order, self.order.parts[each], self._waiting.pop(each), most)
                self._shown[each] = len(fewer.notes)
                ready.append(SectionReady(each, fewer))
        return ready

    def _count_places(self, index: int) -> int | None:
        """How many of its notes are shown; None while that depends on sections to come."""
        wanted = len(self._waiting[index].notes)
        earlier = self.order.parts[:index]
        taken = sum(self._shown.get(part.index, 0) for part in earlier)
        open_ = sum(part.rewritable and part.index not in self._shown for part in earlier)
        least, most = (max(0, self.allowed - taken - each) for each in (MOST_NOTES * open_, 0))
        return min(wanted, most) if min(wanted, least) == min(wanted, most) else None


def _keep(order: Order, part: Part, shown: ShownSection, most: int) -> ShownSection:
    """The section with its first notes."""
    if len(shown.notes) <= most or shown.rewrite is None:
        return shown
    first = sorted(shown.rewrite.notes, key=lambda note: (note.after is None, note.after))[:most]
    rewrite = replace(shown.rewrite, notes=tuple(first))
    fewer = show_rewrite(part.section, rewrite, order.brief, shown.status)
    return replace(shown, markdown=fewer.markdown, notes=fewer.notes)
