"""From a request to an order: who asks, which chapter, which plan, under which names."""

import asyncio
from dataclasses import dataclass

from server.auth.domain import AccountRole
from server.chapters.domain import Chapter
from server.chapters.library import ChapterLibrary
from server.database.engine import Sessions
from server.errors import NotSignedIn
from server.personalization import queries
from server.personalization.domain import Order, Reader, Refresh
from server.personalization.naming import name_plan, name_sections
from server.personalization.schemas import PersonalizeRequest
from server.profiles.domain import Profile
from server.profiles.hashing import profile_hash
from server.profiles.normalizing import profile_of, with_language
from server.rewriting.prompting import write_brief
from server.transformations.glossary import GlossaryFile
from server.transformations.loading import Catalogue
from server.transformations.planning import plan_chapter


@dataclass(frozen=True)
class OrderDesk:
    """Where orders are placed: the book, the catalogue, the glossary, the accounts."""

    sessions: Sessions
    library: ChapterLibrary
    catalogue: Catalogue
    glossary: GlossaryFile

    async def place(self, user_id: int, request: PersonalizeRequest) -> Order:
        """The order, or the refusal: every refusal comes before the first byte of an answer."""
        chapter = await asyncio.to_thread(self.library.load_chapter, request.chapter_id)
        reader = await self._find_reader(user_id, chapter.id)
        profile = profile_of(reader.onboarding)
        if request.language is not None:
            profile = with_language(profile, request.language)
        return await asyncio.to_thread(
            self._write_order, reader, profile, chapter, _refresh_of(request, reader)
        )

    async def _find_reader(self, user_id: int, chapter_id: str) -> Reader:
        async with self.sessions() as session:
            reader = await queries.find_reader(session, user_id, chapter_id)
        if reader is None or not reader.is_active:
            raise NotSignedIn
        return reader

    def _write_order(
        self, reader: Reader, profile: Profile, chapter: Chapter, refresh: Refresh
    ) -> Order:
        terms = self.glossary.current().occurring(chapter.content)
        plan = plan_chapter(self.catalogue, profile, chapter, profile.language_tag, terms)
        return Order(
            user_id=reader.user_id,
            chapter=chapter,
            profile_hash=profile_hash(profile),
            brief=write_brief(chapter, plan),
            plan_hash=name_plan(plan, reader.revision),
            revision=reader.revision,
            section_keys=name_sections(chapter, plan),
            refresh=refresh,
        )


def _refresh_of(request: PersonalizeRequest, reader: Reader) -> Refresh:
    if not request.refresh:
        return Refresh.NOTHING
    if AccountRole(reader.role).includes(AccountRole.INSTRUCTOR):
        return Refresh.EVERYTHING
    return Refresh.DUE_FALLBACKS
