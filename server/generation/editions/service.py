"""From a request to an order: who asks, which chapter, which plan, under which names."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.book.glossary.domain import Glossary
from server.book.glossary.service import GlossaryFile
from server.core.database.engine import Sessions
from server.generation.corrections.domain import Corrections
from server.generation.editions import queries
from server.generation.editions.domain import Order, Reader, Refresh
from server.generation.editions.names import SectionNames, name_plan
from server.generation.editions.readers import ReaderDesk
from server.generation.renditions.schemas import PersonalizeRequest
from server.generation.rewriting.prompts import write_brief
from server.learners.accounts.domain import AccountRole
from server.learners.profiles.domain import Profile, profile_hash, profile_of, with_language
from server.plan.recipes.service import plan_chapter
from server.plan.transformations.domain import Catalogue


async def revise_chapter(sessions: Sessions, chapter_id: str) -> None:
    """Have everything stored of the chapter seen anew."""
    async with sessions.begin() as session:
        await queries.raise_revision(session, chapter_id)


def correct_order(order: Order, corrections: Corrections) -> Order:
    """The order with its locked sections locked, and the hints where the prompt is written from."""
    if not corrections.locked and not corrections.hints:
        return order
    sections = tuple(
        replace(section, locked=True) if section.id in corrections.locked else section
        for section in order.chapter.sections
    )
    chapter = replace(order.chapter, sections=sections)
    keyed = zip(sections, order.section_keys, strict=True)
    hints = {each.source: corrections.hints[key] for each, key in keyed if key in corrections.hints}
    brief = replace(order.brief, chapter=chapter, hints=hints)
    return replace(order, chapter=chapter, brief=brief)


async def find_revision(session: AsyncSession, chapter_id: str) -> int:
    """The chapter's revision, as readers see it."""
    return await queries.find_revision(session, chapter_id)


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


NOBODY = 0  # no account has this id


@dataclass(frozen=True)
class OrderDesk:
    """Where orders are placed: the book, the catalogue, the glossary, the accounts."""

    readers: ReaderDesk
    library: ChapterLibrary
    catalogue: Catalogue
    glossary: GlossaryFile
    prepared: PreparedOrders = field(default_factory=PreparedOrders)

    async def place(self, user_id: int, request: PersonalizeRequest) -> Order:
        """The order, or the refusal: every refusal comes before the first byte of an answer."""
        chapter = await self._load_chapter(request.chapter_id)
        reader = await self.readers.load_reader(user_id, chapter.id)
        profile = profile_of(reader.onboarding)
        if request.language is not None:
            profile = with_language(profile, request.language)
        occasion = Occasion(chapter, profile, self.glossary.current(), reader.revision)
        order = self.prepared.find(occasion)
        if order is None:
            plain = await asyncio.to_thread(self._prepare, occasion)
            order = correct_order(plain, await self.readers.load_corrections(plain))
            self.prepared.keep(occasion, order)
        return replace(
            order,
            user_id=user_id,
            refresh=_refresh_of(request, reader),
            with_blocks=request.source_hash == chapter.source_hash,
        )

    async def draft(self, chapter_id: str, profile: Profile) -> Order:
        """What an order would be for a learner with this profile; nobody places it."""
        chapter = await self._load_chapter(chapter_id)
        revision = await self.readers.load_revision(chapter.id)
        occasion = Occasion(chapter, profile, self.glossary.current(), revision)
        plain = await asyncio.to_thread(self._prepare, occasion)
        return correct_order(plain, await self.readers.load_corrections(plain))

    async def _load_chapter(self, chapter_id: str) -> Chapter:
        """A look at the file's state takes no time, and most often it is enough."""
        unchanged = self.library.find_unchanged(chapter_id)
        if unchanged is not None:
            return unchanged
        return await asyncio.to_thread(self.library.load_chapter, chapter_id)

    def _prepare(self, occasion: Occasion) -> Order:
        """The order of nobody yet."""
        chapter, profile = occasion.chapter, occasion.profile
        terms = occasion.glossary.occurring(chapter.content)
        plan = plan_chapter(self.catalogue, profile, chapter, profile.language_tag, terms)
        return Order(
            user_id=NOBODY,
            chapter=chapter,
            profile_hash=profile_hash(profile),
            brief=write_brief(chapter, plan),
            plan_hash=name_plan(plan, occasion.revision),
            revision=occasion.revision,
            section_keys=SectionNames(chapter).name_sections(plan),
        )


def _refresh_of(request: PersonalizeRequest, reader: Reader) -> Refresh:
    if not request.refresh:
        return Refresh.NOTHING
    if AccountRole(reader.role).includes(AccountRole.INSTRUCTOR):
        return Refresh.EVERYTHING
    return Refresh.DUE_FALLBACKS
