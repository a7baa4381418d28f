"""What was prepared before: orders for chapters and profiles that have not changed since."""

from collections import OrderedDict
from dataclasses import dataclass

from server.book.chapters.domain import Chapter
from server.book.glossary.domain import Glossary
from server.generation.renditions.domain import Order
from server.learners.profiles.domain import Profile

MOST_PREPARED = 256


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that an order is made from, but for who asks and the catalogue, which never changes."""

    chapter: Chapter
    profile: Profile
    glossary: Glossary
    revision: int

    def is_like(self, other: "Occasion") -> bool:
        """The library and the glossary's file hand out the same object until the file changes."""
        return (
            self.chapter is other.chapter
            and self.glossary is other.glossary
            and self.revision == other.revision
        )


class PreparedOrders:
    """The orders that were used last: planning and hashing a chapter takes far longer than this."""

    def __init__(self, capacity: int = MOST_PREPARED) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[tuple[str, Profile], tuple[Occasion, Order]]()

    def find(self, occasion: Occasion) -> Order | None:
        """The order as it was for whoever asked first, if nothing that shapes it has changed."""
        name = occasion.chapter.id, occasion.profile
        kept = self._kept.get(name)
        if kept is None or not kept[0].is_like(occasion):
            return None
        self._kept.move_to_end(name)
        return kept[1]

    def keep(self, occasion: Occasion, order: Order) -> None:
        """An order for the same chapter and profile takes the place of an older one."""
        name = occasion.chapter.id, occasion.profile
        self._kept[name] = occasion, order
        self._kept.move_to_end(name)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
