"""The frozen values of editions: who asks, for what, and under which names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from server.book.chapters.domain import Chapter, Section
from server.generation.corrections.domain import Pin, SectionName
from server.generation.rewriting.domain import Brief, is_in_language
from server.generation.rewriting.store.domain import Requirement
from server.learners.conditions.domain import NamedValues
from server.learners.profiles.domain import LearnerFacts, profile_of, with_language
from server.plan.recipes.domain import Plan
from server.settings import Publish

WHOLE_BOOK = ""  # no chapter's id; its revision counts for every chapter


class Refresh(StrEnum):
    """How much an order asks for again."""

    NOTHING = "nothing"
    DUE_FALLBACKS = "due_fallbacks"  # a learner's refresh
    EVERYTHING = "everything"  # an instructor's
    RESUMED = "resumed"  # an instructor's whose stream broke: no more than is under way
    READING = "reading"  # a second reader's: what nobody has read is, and nothing is written
    READING_ANEW = "reading_anew"  # the same of what another reader has read


# What is stored is not the answer to these.
SEEN_ANEW = frozenset({Refresh.EVERYTHING, Refresh.RESUMED})
READINGS = frozenset({Refresh.READING, Refresh.READING_ANEW})


@dataclass(frozen=True, slots=True)
class Reader:
    """The account and the chapter's revision, in one read."""

    user_id: int
    role: str
    is_active: bool
    onboarding: Mapping[str, str]
    revision: int
    values: NamedValues = ()  # what else is known of the learner, by the names of fields


class RenditionName(NamedTuple):
    """What a rendition is known by, in memory and in the database."""

    chapter_id: str
    source_hash: str
    plan_hash: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section of an edition: its names, and whether a model can be asked about it."""

    index: int  # its place in the chapter
    section: Section  # locked where its author or an instructor says so
    name: SectionName
    rewritable: bool

    @property
    def key(self) -> str:
        return self.name.key


@dataclass(frozen=True)
class Edition:
    """A chapter under one plan, with its names and corrections: the same for all who have it."""

    brief: Brief
    revision: int
    plan_name: str  # without the revision, so that no act gives it another name
    plan_hash: str  # with it: what answers say, and what renditions are stored under
    parts: tuple[Part, ...]

    @property
    def chapter(self) -> Chapter:
        return self.brief.chapter

    @property
    def plan(self) -> Plan:
        return self.brief.plan

    @property
    def requires(self) -> frozenset[Requirement]:
        """What a text of a model has to have behind it: a transformation can only ask for more."""
        words = {self.chapter.publish, *(each.publish for each in self.plan.transformations)}
        return frozenset({Requirement.ACCEPTED} if Publish.APPROVED in words else ())

    @property
    def name(self) -> RenditionName:
        """The rendition that answers it, if it is known already."""
        return RenditionName(self.chapter.id, self.chapter.source_hash, self.plan_hash)

    @cached_property
    def by_key(self) -> Mapping[str, Part]:
        """The parts by their names; of equal ones the first."""
        return {part.key: part for part in reversed(self.parts)}

    @property
    def names(self) -> list[SectionName]:
        """Every part's, in order."""
        return [part.name for part in self.parts]

    def holds(self, pin: Pin) -> bool:
        """Whether the text was pinned for one of the parts as they stand now."""
        return any(pin.is_of(part.name) for part in self.parts)

    def only(self, parts: tuple[Part, ...]) -> "Edition":
        """Some of its parts, with the same brief and under the same names."""
        return replace(self, parts=parts)

    def own_language(self, section: Section) -> str:
        """The language that the author wrote a section in, as far as one can tell."""
        target, source = self.plan.language, self.plan.source_language
        return target if is_in_language(section, target) else source


@dataclass(frozen=True, slots=True)
class Learner:
    """Facts that are in use: in every chapter or, for one language asked for once, in one."""

    facts: LearnerFacts
    chapter_id: str | None = None


def facts_behind(pin: Pin) -> LearnerFacts:
    """Return a learner's facts that lead to the edition that something was pinned for."""
    answers = pin.place.profile
    return LearnerFacts(with_language(profile_of(answers), answers["language_tag"]))


@dataclass(frozen=True)
class EditionInUse:
    """An edition that learners have: facts that lead to it, and how many have them."""

    edition: Edition
    facts: LearnerFacts
    learners: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose order it is."""

    user_id: int
    profile_hash: str


NOBODY = Asker(user_id=0, profile_hash="")  # no account has this id


@dataclass(frozen=True, slots=True)
class Form:
    """How a page wants the sections of a rendition; each form is a rendition of its own."""

    with_blocks: bool = False  # the page was built from the file as it is now, and keeps its own
    as_trees: bool = False  # rendered, for a page that only builds nodes


PLAIN = Form()
WITH_BLOCKS = Form(with_blocks=True)


@dataclass(frozen=True)
class Order:
    """An edition, and who asks for it in which way; never changed after the first byte."""

    edition: Edition
    asker: Asker = NOBODY
    refresh: Refresh = Refresh.NOTHING
    form: Form = PLAIN
    inline: bool = True  # else what is stored is answered by reference

    @property
    def brief(self) -> Brief:
        return self.edition.brief

    @property
    def chapter(self) -> Chapter:
        return self.edition.chapter

    @property
    def plan(self) -> Plan:
        return self.edition.plan

    @property
    def plan_hash(self) -> str:
        return self.edition.plan_hash

    @property
    def name(self) -> RenditionName:
        return self.edition.name

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.edition.parts
