"""The editions that a batch's items lead back to, as their chapters stand now."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from server.errors import ChapterNotFound, InvalidInput
from server.generation.editions.domain import EditionInUse, Part, Refresh
from server.generation.editions.service import OrderDesk
from server.generation.warming.batches.domain import BatchItem
from server.generation.warming.domain import Portion
from server.learners.profiles.domain import LearnerFacts, profile_of, with_language


@dataclass(frozen=True, slots=True)
class Recalled:
    """One item of a batch with the edition and the part that it was asked for."""

    item: BatchItem
    wanted: EditionInUse
    part: Part
    refresh: Refresh = Refresh.READING  # where it is only read


@dataclass(frozen=True)
class Editions:
    """The editions behind the items of a batch, each written once."""

    desk: OrderDesk
    written: dict[tuple[str, object], EditionInUse | None] = field(
        default_factory=dict[tuple[str, object], EditionInUse | None]
    )

    async def recall(self, item: BatchItem) -> Recalled | None:
        """What an item was asked for; None where its chapter is gone, or has changed there."""
        name = item.chapter_id, item.recipe or tuple(sorted(item.profile.items()))
        if name not in self.written:
            self.written[name] = await self._write(item)
        wanted = self.written[name]
        part = wanted.edition.by_key.get(item.key) if wanted else None
        return Recalled(item, wanted, part) if wanted and part else None

    async def _write(self, item: BatchItem) -> EditionInUse | None:
        try:
            chapter = await asyncio.to_thread(self.desk.library.load_chapter, item.chapter_id)
        except (ChapterNotFound, InvalidInput):
            return None
        profile, tag = profile_of(item.profile), item.profile.get("language_tag", "")
        facts = LearnerFacts(with_language(profile, tag) if tag else profile)
        if item.recipe is None:  # The version before noted a profile alone.
            edition = await self.desk.write_edition(chapter, facts, revision=0)
        else:
            edition = await self.desk.recall_edition(chapter, item.recipe)
        return EditionInUse(edition, facts, learners=0)


def list_reading_portions(recalled: Iterable[Recalled], at_once: int) -> Iterator[Portion]:
    """What is only to be read, edition by edition, so many parts at a time."""
    groups = dict[tuple[int, Refresh], list[Recalled]]()
    for each in recalled:
        groups.setdefault((id(each.wanted), each.refresh), []).append(each)
    for (_, refresh), group in groups.items():
        for start in range(0, len(group), at_once):
            parts = tuple(each.part for each in group[start : start + at_once])
            yield Portion(group[0].wanted, parts, refresh)
