"""The fact sheets are about the demonstration textbook: every fact is called for somewhere."""

from pathlib import Path

import pytest

from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.generation.llm.offline import OfflineLLM
from server.generation.rewriting.domain import Brief, Note, Rewritten
from server.generation.rewriting.notes.markdown import join_with_notes
from server.generation.rewriting.prompts import write_brief
from server.generation.rewriting.service import rewrite_section
from server.learners.profiles.domain import HardwareAvailability, LearnerFacts, Profile
from server.plan.recipes.service import load_catalogue, plan_chapter
from server.plan.transformations.domain import Fact
from server.settings import DialectSetting

CATALOGUE = load_catalogue()
LIBRARY = ChapterLibrary(Path(__file__).parents[3] / "docs", DialectSetting.AUTO)
BOOK = [LIBRARY.load_chapter(each.chapter_id) for each in LIBRARY.list_chapters()]


def brief_for(hardware: HardwareAvailability, chapter: Chapter) -> Brief:
    plan = plan_chapter(CATALOGUE, LearnerFacts(Profile(hardware_availability=hardware)), chapter)
    return write_brief(chapter, plan)


async def list_notes(brief: Brief) -> list[tuple[Note, ...]]:
    """The notes that the offline twin writes into each section, all of which must find a place."""
    notes = list[tuple[Note, ...]]()
    for section in brief.chapter.sections:
        outcome = await rewrite_section(OfflineLLM(), brief, section, timeout_s=60)
        assert isinstance(outcome, Rewritten)
        markdown, placed = join_with_notes(section, outcome.rewrite, brief)
        assert len(placed) == len(outcome.rewrite.notes)
        assert all(note.markdown in markdown for note in placed)
        notes.append(outcome.rewrite.notes)
    return notes


@pytest.mark.parametrize("hardware", list(HardwareAvailability))
async def test_every_fact_is_at_home_somewhere_and_every_chapter_has_some(
    hardware: HardwareAvailability,
) -> None:
    at_home, facts = set[Fact](), set[Fact]()
    for chapter in BOOK:
        brief = brief_for(hardware, chapter)
        at_home.update(fact for needs in brief.needs.values() for fact in needs.facts)
        facts.update(brief.plan.facts)
        notes = await list_notes(brief)
        here = [note.text for section in notes for note in section if note.kind == "hardware"]
        assert here, f"{chapter.id} says nothing to a learner with {hardware}"
        annotated = [any(n.kind == "hardware" for n in section) for section in notes]
        assert sum(annotated) <= 0.6 * len(notes)  # where everything is annotated, nothing is
        assert len(here) == len(set(here))
    assert facts == at_home
