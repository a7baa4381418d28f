"""Warnings and exercises are translated, and otherwise stay as their author wrote them."""

import re
from dataclasses import replace

import pytest

from server.book.chapters.domain import Chapter, Dialect, Reserved, Section
from server.book.chapters.splitter import split_chapter
from server.generation.editions.names import SectionNames
from server.generation.llm.offline import OfflineLLM
from server.generation.rewriting.domain import (
    Brief,
    Note,
    Rewritten,
    changes_words,
)
from server.generation.rewriting.notes.admission import admit_notes
from server.generation.rewriting.prompts import (
    NOTES_ONLY,
    write_brief,
    write_request,
    write_shared_request,
)
from server.generation.rewriting.protocol import read_reply, write_answer
from server.generation.rewriting.service import rewrite_section
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.lengths import find_wishes
from server.plan.recipes.domain import Plan
from server.plan.transformations.domain import Adds
from tests.fakes import ScriptedLLM
from tests.generation.rewriting.samples import (
    CONDENSE,
    HARDWARE,
    SIMPLIFY,
    TRANSLATE,
    first_section,
    make_brief,
    make_chapter,
    make_plan,
    make_transformation,
)

WARNING = "> [!WARNING]\n> Never touch `a` & run.\n"
TEXT = f"## Set up\n\nUse `b` now.\n\n{WARNING}\nThen wait.\n"
EXERCISES = "## Exercises\n\n1. Count the joints.\n2. Why is `a` hot?\n"
PRACTICE = make_transformation("practice", adds=Adds.NOTES, note_kinds=frozenset({"practice"}))
ALL = frozenset(Reserved)


def ask(brief: Brief, section: Section) -> str:
    return write_request(brief, section).messages[-1].text


def list_tags(text: str) -> list[tuple[str, ...]]:
    return re.findall(r'<(run|block|as-written) (?:id|run)="(\d+)"', text)


def test_a_warning_is_read_and_not_answered() -> None:
    brief = make_brief(TEXT)
    sent = ask(brief, first_section(brief))
    assert list_tags(sent) == [("run", "1"), ("run", "2"), ("block", "3"), ("run", "4")]
    assert "Never touch `a` &amp; run." in sent
    assert "<legend>⟦1⟧ = code: `b`</legend>" in sent
    assert "<as-written" not in sent


def test_where_words_are_translated_it_is_answered_and_marked() -> None:
    brief = make_brief(TEXT, make_plan(SIMPLIFY, TRANSLATE, language="ur"))
    sent = ask(brief, first_section(brief))
    runs = [("run", "1"), ("run", "2"), ("run", "3"), ("run", "4")]
    assert list_tags(sent) == [*runs, ("as-written", "3")]
    assert sent.count("⟦2⟧") == 2


def test_where_nothing_else_is_done_no_mark_is_needed() -> None:
    brief = make_brief(TEXT, make_plan(TRANSLATE, HARDWARE, language="ur"))
    assert "<as-written" not in ask(brief, first_section(brief))


def test_marks_follow_the_numbers_of_a_shared_call() -> None:
    text = f"{TEXT}\n## Then\n\n{WARNING}\nGo on.\n"
    chapter = make_chapter(text)
    brief = write_brief(chapter, make_plan(SIMPLIFY, TRANSLATE, language="ur"))
    sent = write_shared_request(brief, chapter.sections).messages[-1].text
    assert [number for tag, number in list_tags(sent) if tag == "as-written"] == ["3", "6"]


ANSWER = '<section id="set-up"><run id="1">Begin</run><run id="2">Now use ⟦1⟧.</run>{}</section>'


@pytest.mark.parametrize(
    "more",
    [
        "",
        '<run id="3">Touch ⟦2⟧ as you like.</run>',
        '<run id="3">Nothing.</run><run id="3"></run>',
    ],
    ids=["silent", "answered", "twice"],
)
async def test_whatever_is_answered_the_authors_words_stand(more: str) -> None:
    brief = make_brief(TEXT)
    llm = ScriptedLLM((ANSWER.format(f'{more}<run id="4">Wait then.</run>'),))
    outcome = await rewrite_section(llm, brief, first_section(brief), timeout_s=20)
    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == {
        0: "Begin",
        1: "Now use ⟦1⟧.",
        2: "Never touch ⟦2⟧ & run.",
        3: "Wait then.",
    }
    assert not outcome.repaired


async def test_offline_it_stands_too() -> None:
    brief = make_brief(TEXT)
    outcome = await rewrite_section(OfflineLLM(), brief, first_section(brief), timeout_s=20)
    assert isinstance(outcome, Rewritten)
    section = first_section(brief)
    assert outcome.rewrite.answers == {i: run.masked for i, run in enumerate(section.runs)}


def test_in_a_repair_only_what_may_change_is_answered_again() -> None:
    section = first_section(make_brief(TEXT))
    answers = {index: run.masked for index, run in enumerate(section.runs)}
    written = write_answer(section, answers, (), answerable=True, kept=(2,))
    reply = read_reply(written, section)
    assert reply is not None
    assert set(reply.runs) == {0, 1, 3}


@pytest.mark.parametrize(
    "text",
    [EXERCISES, f"## Safety\n\n{WARNING}", f"---\ntitle: Safe\n---\n\n## Safety\n\n{WARNING}"],
)
def test_a_section_of_nothing_else_gets_only_notes(text: str) -> None:
    brief = make_brief(text)
    sent = ask(brief, first_section(brief))
    assert sent.startswith(NOTES_ONLY)
    assert "<run" not in sent
    translated = make_brief(text, make_plan(SIMPLIFY, TRANSLATE, language="ur"))
    assert "<run" in ask(translated, first_section(translated))


async def test_such_a_section_is_taken_with_its_words_and_notes() -> None:
    text = "## Exercises\n\nHow much memory has it?\n"
    brief = make_brief(text, make_plan(SIMPLIFY, HARDWARE))
    note = '<note kind="hardware" after="2">The Orin Nano shares 8 GB.</note>'
    answer = f'<section id="exercises"><run id="2">It has 8 GB.</run>{note}</section>'
    outcome = await rewrite_section(
        ScriptedLLM((answer,)), brief, first_section(brief), timeout_s=20
    )
    assert isinstance(outcome, Rewritten)
    assert outcome.rewrite.answers == {0: "Exercises", 1: "How much memory has it?"}
    assert outcome.rewrite.notes == (Note("hardware", "The Orin Nano shares 8 GB.", 2),)


@pytest.mark.parametrize(("text", "shown"), [(EXERCISES, 0), (TEXT, 1)])
def test_an_exercise_gets_no_exercise(text: str, shown: int) -> None:
    brief = make_brief(text, make_plan(SIMPLIFY, PRACTICE))
    note = Note("practice", "Say why it is hot.", None)
    admitted = admit_notes((note,), first_section(brief), brief, provider="claude")
    assert len(admitted.notes) == shown


def test_a_heading_above_a_listing_is_answered_as_before() -> None:
    brief = make_brief("## Set up\n\n```sh\nls\n```\n")
    assert changes_words(first_section(brief), brief.plan)


def test_what_may_not_be_shortened_does_not_count_as_long() -> None:
    words = " ".join(["word"] * 130)
    brief = make_brief(f"## A\n\nShort.\n\n> [!WARNING]\n> {words}\n", make_plan(CONDENSE))
    section = first_section(brief)
    answers = {index: run.masked for index, run in enumerate(section.runs)}
    assert list(find_wishes(Candidate(section, answers, brief))) == []


def test_a_warning_never_goes() -> None:
    brief = make_brief(
        ":::warning\n\nHot.\n\n:::\n\nText.\n", make_plan(CONDENSE, TRANSLATE, language="ur")
    )
    section = first_section(brief)
    candidate = Candidate(section, {}, brief)
    assert [candidate.may_be_empty(run) for run in section.runs] == [False, True]


GIVEN = f"# Robots\n\nText.\n\n{WARNING}\n{EXERCISES}\n## Then\n\nMore text.\n"


def read_chapter(rewritable: frozenset[Reserved] = frozenset()) -> Chapter:
    chapter = make_chapter(GIVEN)
    sections = split_chapter(GIVEN, dialect=Dialect.COMMONMARK, mdx=False, rewritable=rewritable)
    return replace(chapter, sections=sections, rewritable=rewritable)


def name_sections(chapter: Chapter, plan: Plan) -> tuple[str, list[str], list[str]]:
    names = SectionNames(chapter)
    named = names.name_sections(plan, names.list_needs(plan))
    return names.name_plan(plan, 0), [each.key for each in named], [each.pin for each in named]


@pytest.mark.parametrize(
    ("given", "plan", "changed"),
    [
        (ALL, make_plan(SIMPLIFY), [True, True, False]),
        ({Reserved.EXERCISES}, make_plan(SIMPLIFY), [False, True, False]),
        ({Reserved.WARNINGS}, make_plan(SIMPLIFY), [True, False, False]),
        (ALL, make_plan(SIMPLIFY, TRANSLATE, language="ur"), [True, True, False]),
        (ALL, make_plan(TRANSLATE, language="ur"), [False, False, False]),
        (ALL, make_plan(HARDWARE), [False, False, False]),
    ],
)
def test_what_the_author_gives_away_changes_the_names_that_it_concerns(
    given: set[Reserved], plan: Plan, changed: list[bool]
) -> None:
    before = name_sections(read_chapter(), plan)
    after = name_sections(read_chapter(frozenset(given)), plan)
    assert before[0] != after[0]
    assert [one != other for one, other in zip(before[1], after[1], strict=True)] == changed
    assert before[2] == after[2]


def test_what_the_author_gives_away_is_rewritten() -> None:
    chapter = read_chapter(ALL)
    brief = write_brief(chapter, make_plan(SIMPLIFY))
    assert all("<block" not in ask(brief, section) for section in chapter.sections)
