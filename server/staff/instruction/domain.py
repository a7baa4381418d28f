"""The frozen values of instruction: what is done to a section, what is stored, what needs eyes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from server.core.auditing.domain import ActKind
from server.errors import Conflict
from server.generation.corrections.domain import Place
from server.generation.editions.domain import Edition, EditionInUse, Part
from server.generation.rewriting.domain import SectionRewrite
from server.generation.rewriting.store.domain import (
    Requirement,
    StoredRewrite,
    withhold,
    write_notes,
    write_runs,
)
from server.staff.instruction.wire import Unsent, name


class NothingToPin(Conflict):
    """An instructor pins a section that has no text to pin."""

    slug = "nothing-to-pin"
    title = "There is no text to pin"


class NotRewritten(Conflict):
    """An instructor's act needs a rewrite, and the section has none."""

    slug = "not-rewritten"
    title = "This section is shown as its author wrote it"


class TextChanged(Conflict):
    """An instructor accepts a text that is not the one that was read any more."""

    slug = "text-changed"
    title = "The text has changed since it was read"


def sign_text(key: str, rewrite: SectionRewrite) -> str:
    """A name for a text as it stands for its section, for who says that they have read it."""
    words = json.dumps([key, write_runs(rewrite), write_notes(rewrite)])
    return sha256(words.encode()).hexdigest()


def is_waiting(stored: StoredRewrite, edition: Edition) -> bool:
    """Whether a model's text is there, and no learner of the edition reads it before somebody acts.

    What is pinned is read.
    """
    lacks = withhold(stored, edition.requires).lacks
    return stored.pinned is None and lacks is Requirement.ACCEPTED


def place_of(wanted: EditionInUse, part: Part) -> Place:
    """A section of the chapter under this plan."""
    edition, profile = wanted.edition, wanted.facts.profile
    return Place(
        key=part.key,
        pin=part.name.pin,
        chapter_id=edition.chapter.id,
        section_id=part.section.id,
        plan_hash=edition.plan_name,
        transformations=edition.plan.ids,
        language=edition.plan.language,
        profile={
            "role": profile.role,
            "programming_experience": profile.programming_experience,
            "robotics_experience": profile.robotics_experience,
            "preferred_language": profile.preferred_language,
            "hardware_availability": profile.hardware_availability,
            "language_tag": profile.language_tag,
        },
    )


@dataclass(frozen=True, slots=True)
class Done:
    """What was done; `changed` is false where everything was so already."""

    __pydantic_config__ = name("ActResponse")

    act: ActKind
    chapter_id: str
    section: str
    plan_hash: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class AllDone:
    """What was done to several sections together."""

    __pydantic_config__ = name("ActsResponse")

    acts: tuple[Done, ...]


@dataclass(frozen=True, slots=True)
class ChapterStock:
    """What is stored of a chapter; without a title it is one whose file is gone."""

    chapter_id: str
    title: str | None
    versions: int
    rewrites: int
    earlier: int  # versions of a text that the file has not any more


class Concern(StrEnum):
    """Why something needs eyes."""

    REPORTED = "reported"
    FALLING_BACK = "falling_back"
    OUTDATED_PIN = "outdated_pin"
    WAITING = "waiting"  # for acceptance
    OBJECTED = "objected"  # a second reader had runs put back


@dataclass(frozen=True)
class Item:
    """Something that needs eyes; without a section it is about the chapter as a whole."""

    __pydantic_config__ = name("ItemResponse")

    concern: Concern
    chapter_id: str
    section: str | None
    title: str
    plan_hash: str | None
    learners: int  # who meet it
    details: Mapping[str, object]
    plan: Unsent[EditionInUse | None] = None


@dataclass(frozen=True)
class Queue:
    """What needs eyes; what most learners meet comes first."""

    __pydantic_config__ = name("QueueResponse")

    total: int
    items: Sequence[Item]
