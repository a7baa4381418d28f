"""The one writer of editions, and the desk where orders for them are placed."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter, Section
from server.book.chapters.library import ChapterLibrary
from server.book.chapters.masks import keyed_text
from server.book.glossary.domain import Glossary, Term
from server.book.glossary.service import GlossaryFile
from server.core.database.engine import Sessions
from server.generation.corrections.domain import Corrections
from server.generation.editions import queries
from server.generation.editions.domain import (
    NOBODY,
    PLAIN,
    WITH_BLOCKS,
    Asker,
    Edition,
    EditionInUse,
    Learner,
    Order,
    Part,
    Reader,
    Refresh,
)
from server.generation.editions.names import SectionNames, pin_name
from server.generation.editions.readers import ReaderDesk
from server.generation.rewriting.domain import is_translated_already
from server.generation.rewriting.service import write_brief
from server.learners.accounts.domain import AccountRole
from server.learners.profiles.domain import (
    LearnerFacts,
    profile_hash,
    profile_of,
    with_language,
)
from server.plan.recipes.domain import Plan, RecipeNote
from server.plan.recipes.service import load_catalogue, make_plan, plan_chapter, recall_recipe
from server.plan.transformations.domain import Catalogue
from server.settings import Settings


async def revise_chapter(sessions: Sessions, chapter_id: str) -> None:
    """Raise a chapter's revision, so that everything stored of it is seen anew."""
    async with sessions.begin() as session:
        await queries.raise_revision(session, chapter_id)


async def raise_revision(session: AsyncSession, chapter_id: str) -> int:
    """Raise a chapter's revision in a transaction that has begun; returns it as readers see it."""
    return await queries.raise_revision(session, chapter_id)


def draft_edition(
    catalogue: Catalogue,
    facts: LearnerFacts,
    chapter: Chapter,
    terms: tuple[Term, ...] = (),
    revision: int = 0,
) -> Edition:
    """The edition for one learner as the file makes it, with the terms that occur in it."""
    return name_edition(chapter, plan_chapter(catalogue, facts, chapter, terms), revision)


def name_edition(
    chapter: Chapter, plan: Plan, revision: int, names: SectionNames | None = None
) -> Edition:
    """The edition of a plan; of all code, this alone gives a plan its brief and names.

    `names` are the chapter's, for who drafts it under many plans.
    """
    names = names or SectionNames(chapter)
    needs = names.list_needs(plan)
    named = names.name_sections(plan, needs)
    return Edition(
        brief=write_brief(chapter, plan, needs),
        revision=revision,
        plan_name=names.name_plan(plan, revision=0),
        plan_hash=names.name_plan(plan, revision),
        parts=tuple(
            Part(index, section, name, _is_rewritable(section, plan))
            for index, (section, name) in enumerate(zip(chapter.sections, named, strict=True))
        ),
    )


def name_for_pin(section: Section, recipe: RecipeNote) -> str:
    """What a text is pinned under for this section, whoever reads it."""
    return pin_name(keyed_text(section), recipe)


def draft_editions(
    catalogue: Catalogue,
    terms: tuple[Term, ...],
    chapter: Chapter,
    people: Mapping[Learner, int],
    revision: int,
) -> list[EditionInUse]:
    """One for each distinct plan that these people have for the chapter, the first one's first."""
    names, counts = SectionNames(chapter), Counter[str]()
    found = dict[str, tuple[LearnerFacts, Plan]]()
    for learner, number in people.items():
        if learner.chapter_id not in {None, chapter.id}:
            continue
        plan = plan_chapter(catalogue, learner.facts, chapter, terms)
        if plan.steps:
            name = names.name_plan(plan, revision=0)
            counts[name] += number
            found.setdefault(name, (learner.facts, plan))
    return [
        EditionInUse(name_edition(chapter, plan, revision, names), facts, counts[name])
        for name, (facts, plan) in found.items()
    ]


def lock_sections(chapter: Chapter, locked: Collection[str]) -> Chapter:
    """The chapter as instructors have locked it: what is locked is no home of terms and facts."""
    if not locked:
        return chapter
    sections = tuple(
        replace(section, locked=True) if section.id in locked else section
        for section in chapter.sections
    )
    return replace(chapter, sections=sections)


def give_hints(edition: Edition, hints: Mapping[str, str]) -> Edition:
    """Return the edition with instructors' hints in its brief, where the prompt is written from."""
    if not hints:
        return edition
    by_text = {part.section.source: hints[part.key] for part in edition.parts if part.key in hints}
    return replace(edition, brief=replace(edition.brief, hints=by_text))


def rename(edition: Edition, revision: int) -> Edition:
    """Return an edition under another revision of the chapter."""
    return replace(
        edition,
        revision=revision,
        plan_hash=SectionNames(edition.chapter).name_plan(edition.plan, revision),
    )


def _is_rewritable(section: Section, plan: Plan) -> bool:
    """Whether there is anything to ask a model about this section."""
    if not plan.steps or section.locked or not section.has_prose:
        return False
    return not is_translated_already(section, plan)


async def find_revision(session: AsyncSession, chapter_id: str) -> int:
    """The chapter's revision, as readers see it."""
    return await queries.find_revision(session, chapter_id)


MOST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that an edition is made from, but for the catalogue, which never changes."""

    chapter: Chapter
    facts: LearnerFacts
    glossary: Glossary
    revision: int

    def is_like(self, other: "Occasion") -> bool:
        """The library and the glossary's file hand out the same object until the file changes."""
        return (
            self.chapter is other.chapter
            and self.glossary is other.glossary
            and self.revision == other.revision
        )


class RememberedEditions:
    """The editions that were used last: planning and hashing a chapter takes far longer."""

    def __init__(self, capacity: int = MOST_REMEMBERED) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[tuple[str, LearnerFacts], tuple[Occasion, Edition]]()

    def find(self, occasion: Occasion) -> Edition | None:
        """The edition as it was written, if nothing that shapes it has changed."""
        name = occasion.chapter.id, occasion.facts
        kept = self._kept.get(name)
        if kept is None or not kept[0].is_like(occasion):
            return None
        self._kept.move_to_end(name)
        return kept[1]

    def keep(self, occasion: Occasion, edition: Edition) -> None:
        """An edition of the same chapter and facts takes the place of an older one."""
        name = occasion.chapter.id, occasion.facts
        self._kept[name] = occasion, edition
        self._kept.move_to_end(name)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)


ReadCorrections = Callable[[str, Collection[str]], Awaitable[Corrections]]


@dataclass(frozen=True)
class OrderDesk:
    """Where orders are placed: the book, the catalogue, the glossary, the accounts."""

    readers: ReaderDesk
    library: ChapterLibrary
    catalogue: Catalogue
    glossary: GlossaryFile
    remembered: RememberedEditions = field(default_factory=RememberedEditions)

    async def place(
        self,
        user_id: int,
        chapter_id: str,
        *,
        language: str | None = None,
        refresh: bool = False,
        source_hash: str | None = None,
    ) -> Order:
        """The order, or the refusal: every refusal comes before the first byte of an answer."""
        chapter = await self._load_chapter(chapter_id)
        reader = await self.readers.load_reader(user_id, chapter.id)
        profile = profile_of(reader.onboarding)
        if language is not None:
            profile = with_language(profile, language)
        facts = LearnerFacts(profile, reader.values)
        occasion = Occasion(chapter, facts, self.glossary.current(), reader.revision)
        edition = self.remembered.find(occasion)
        if edition is None:
            edition = await self._write(occasion)
            self.remembered.keep(occasion, edition)
        return Order(
            edition,
            Asker(user_id, profile_hash(profile)),
            refresh=_refresh_of(reader) if refresh else Refresh.NOTHING,
            form=WITH_BLOCKS if source_hash == chapter.source_hash else PLAIN,
        )

    async def draft(self, chapter_id: str, facts: LearnerFacts) -> Order:
        """What an order would be for a learner of whom this is known; nobody places it."""
        chapter = await self._load_chapter(chapter_id)
        revision = await self.readers.load_revision(chapter.id)
        edition = await self.write_edition(chapter, facts, revision)
        return Order(edition, replace(NOBODY, profile_hash=profile_hash(facts.profile)))

    async def write_edition(self, chapter: Chapter, facts: LearnerFacts, revision: int) -> Edition:
        """The chapter for one learner, as it stands now."""
        return await self._write(Occasion(chapter, facts, self.glossary.current(), revision))

    async def recall_edition(self, chapter: Chapter, note: RecipeNote) -> Edition:
        """The chapter under a recipe that was noted, as it stands now; for who stores under it."""
        terms = self.glossary.current().occurring(chapter.content)
        plan = make_plan(recall_recipe(self.catalogue, note, chapter), chapter, terms)
        chapter = await self._lock(chapter)
        return await self._hint(await asyncio.to_thread(name_edition, chapter, plan, 0))

    async def write_editions(
        self,
        chapter: Chapter,
        people: Mapping[Learner, int],
        revision: int,
        read: ReadCorrections | None = None,
    ) -> list[EditionInUse]:
        """The chapter for each distinct plan of these people, as it stands now.

        `read` is for who has a transaction of its own, which sees what it has done itself.
        """
        terms = self.glossary.current().occurring(chapter.content)
        read = read or self.readers.load_corrections
        chapter = lock_sections(chapter, (await read(chapter.id, ())).locked)
        plain = await asyncio.to_thread(
            draft_editions, self.catalogue, terms, chapter, people, revision
        )
        keys = {part.key for each in plain for part in each.edition.parts}
        hints = (await read(chapter.id, keys)).hints
        return [replace(each, edition=give_hints(each.edition, hints)) for each in plain]

    async def _load_chapter(self, chapter_id: str) -> Chapter:
        """A look at the file's state takes no time, and most often it is enough."""
        unchanged = self.library.find_unchanged(chapter_id)
        if unchanged is not None:
            return unchanged
        return await asyncio.to_thread(self.library.load_chapter, chapter_id)

    async def _write(self, occasion: Occasion) -> Edition:
        locked = replace(occasion, chapter=await self._lock(occasion.chapter))
        return await self._hint(await asyncio.to_thread(self._draft, locked))

    async def _lock(self, chapter: Chapter) -> Chapter:
        return lock_sections(chapter, (await self.readers.load_corrections(chapter.id, ())).locked)

    async def _hint(self, plain: Edition) -> Edition:
        corrections = await self.readers.load_corrections(plain.chapter.id, plain.by_key)
        return give_hints(plain, corrections.hints)

    def _draft(self, occasion: Occasion) -> Edition:
        chapter = occasion.chapter
        terms = occasion.glossary.occurring(chapter.content)
        return draft_edition(self.catalogue, occasion.facts, chapter, terms, occasion.revision)


def open_desk(settings: Settings, sessions: Sessions, library: ChapterLibrary) -> OrderDesk:
    """Open the desk at which editions are ordered, of the book that the settings name."""
    return OrderDesk(
        readers=ReaderDesk(sessions),
        library=library,
        catalogue=load_catalogue(settings.transformations_dir),
        glossary=GlossaryFile(settings.docs_dir / "glossary.yaml"),
    )


def _refresh_of(reader: Reader) -> Refresh:
    if AccountRole(reader.role).includes(AccountRole.INSTRUCTOR):
        return Refresh.EVERYTHING
    return Refresh.DUE_FALLBACKS
