"""Every name that the code gives to work: the one module of these tests that touches it.

A change of the code that is to change no name changes `name_everything` at most.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path

from pydantic import TypeAdapter

from server.book.chapters.library import ChapterLibrary
from server.book.glossary.domain import Term
from server.book.glossary.service import load_glossary
from server.generation.editions.names import SectionNames
from server.generation.editions.service import name_edition
from server.learners.profiles.domain import (
    HardwareAvailability,
    LearnerFacts,
    PreferredLanguage,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
    profile_hash,
    profile_of,
)
from server.plan.recipes.service import load_catalogue, plan_chapter
from server.plan.transformations.domain import Catalogue
from server.settings import DialectSetting

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = {
    "en": PreferredLanguage.ENGLISH,
    "ur": PreferredLanguage.URDU,
    "fr": PreferredLanguage.OTHER,
    "en-GB": PreferredLanguage.OTHER,
}
# Whose names are written out. Each transformation of the catalogue is in the plan of one of them.
SAMPLES = {
    ("en", "Student, Beginner, None, None"),
    ("en", "Researcher, Advanced, Simulation-only, None"),
    ("ur", "Student, Beginner, None, Jetson Kit"),
    ("ur", "Professional, Advanced, None, RTX Workstation"),
    ("fr", "Instructor, Advanced, Hardware, RTX Workstation"),
    ("en-GB", "Professional, Beginner, Simulation-only, Cloud"),
}
SHOWN_DIGITS = 16  # of a name that is written out: enough to see which one differs
_FILE = Path(__file__).with_name("names.json")


@dataclass(frozen=True, slots=True)
class Learner:
    """What tells learners apart, and the answers as an account holds them."""

    language: str
    label: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What a learner's work on a chapter is known by."""

    profile: str
    transformations: tuple[str, ...]
    language: str
    plan: str  # at revision 0
    plan_revised: str  # at revision 7
    sections: Mapping[str, str]  # the key of each, by its id
    pins: Mapping[str, str]  # what is pinned for each is under this name

    def list_words(self, digits: int | None = None) -> list[str]:
        """All of it in order, with so many digits of each name."""
        return [
            self.profile[:digits],
            ",".join(self.transformations),
            self.language,
            self.plan[:digits],
            self.plan_revised[:digits],
            *(f"{id_}={key[:digits]}" for id_, key in self.sections.items()),
        ]


@dataclass(frozen=True, slots=True)
class ChapterRecord:
    """A chapter's names: a few learners' in words, and a hash over everybody's in each language.

    Names of pins are apart, since they are to outlive what changes the others.
    """

    samples: Mapping[str, list[str]]
    digests: Mapping[str, str]
    pins: Mapping[str, str]


_RECORD = TypeAdapter(dict[str, ChapterRecord])


def name_everything(chapter_id: str, learner: Learner) -> Names:
    """The names of one learner's chapter, as a request and a warm-up give them."""
    catalogue, names, terms = _read_catalogue(), *_read_chapter(chapter_id)
    profile = profile_of(learner.answers)
    plan = plan_chapter(catalogue, LearnerFacts(profile), names.chapter, terms)
    edition = name_edition(names.chapter, plan, 7, names)
    return Names(
        profile=profile_hash(profile),
        transformations=plan.ids,
        language=plan.language,
        plan=edition.plan_name,
        plan_revised=edition.plan_hash,
        sections={part.section.id: part.key for part in edition.parts},
        pins={part.section.id: part.name.pin for part in edition.parts},
    )


def list_chapters() -> list[str]:
    return [chapter.chapter_id for chapter in _open_library().list_chapters()]


def list_learners(language: str) -> Iterator[Learner]:
    """Every learner that there can be who reads in this language."""
    choices = product(Role, ProgrammingExperience, RoboticsExperience, HardwareAvailability)
    for role, programming, robotics, hardware in choices:
        answers = {
            "role": role,
            "programming_experience": programming,
            "robotics_experience": robotics,
            "preferred_language": LANGUAGES[language],
            "hardware_availability": hardware,
            "language_tag": language,
        }
        yield Learner(language, f"{role}, {programming}, {robotics}, {hardware}", answers)


def record_chapter(chapter_id: str) -> ChapterRecord:
    samples, digests, pins = dict[str, list[str]](), dict[str, str](), dict[str, str]()
    for language in LANGUAGES:
        hashed, pinned = sha256(), sha256()
        for learner in list_learners(language):
            names = name_everything(chapter_id, learner)
            hashed.update(f"{learner.label}: {' '.join(names.list_words())}\n".encode())
            pinned.update(f"{learner.label}: {json.dumps(names.pins)}\n".encode())
            if (language, learner.label) in SAMPLES:
                samples[f"{learner.label}, {language}"] = names.list_words(SHOWN_DIGITS)
        digests[language], pins[language] = hashed.hexdigest(), pinned.hexdigest()
    return ChapterRecord(samples, digests, pins)


def read_record() -> dict[str, ChapterRecord]:
    return _RECORD.validate_json(_FILE.read_bytes())


def write_record(record: dict[str, ChapterRecord]) -> None:
    _FILE.write_bytes(_RECORD.dump_json(record, indent=1) + b"\n")


@cache
def _open_library() -> ChapterLibrary:
    return ChapterLibrary(DOCS, DialectSetting.AUTO)


@cache
def _read_catalogue() -> Catalogue:
    return load_catalogue()


@cache
def _read_chapter(chapter_id: str) -> tuple[SectionNames, tuple[Term, ...]]:
    chapter = _open_library().load_chapter(chapter_id)
    terms = load_glossary(DOCS / "glossary.yaml").occurring(chapter.content)
    return SectionNames(chapter), terms
