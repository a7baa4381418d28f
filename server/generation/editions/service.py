"""From a request to an order: who asks, which chapter, which plan, under which names."""

import asyncio
from dataclasses import dataclass, field, replace

from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.book.glossary.domain import GlossaryFile
from server.generation.corrections.service import correct_order
from server.generation.editions.names import SectionNames, name_plan
from server.generation.editions.prepared import Occasion, PreparedOrders
from server.generation.editions.readers import ReaderDesk
from server.generation.renditions.domain import Order, Reader, Refresh
from server.generation.renditions.schemas import PersonalizeRequest
from server.generation.rewriting.prompts import write_brief
from server.learners.accounts.domain import AccountRole
from server.learners.profiles.domain import Profile
from server.learners.profiles.hashing import profile_hash
from server.learners.profiles.normalizing import profile_of, with_language
from server.plan.recipes.service import plan_chapter
from server.plan.transformations.service import Catalogue

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
