"""Real chapters: honest rewrites pass, and whatever passes has all that the author protected."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.book.chapters.domain import Run, RunKind, Section
from server.book.chapters.joiner import join_section
from server.generation.rewriting.answers import settle_answer
from server.generation.rewriting.domain import Brief
from server.generation.rewriting.protocol import escape, read_reply, write_section
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.corpus import EACH_FILE, NEEDS_CORPUS
from tests.generation.rewriting.corpus import list_protected, load
from tests.generation.rewriting.samples import TRANSLATE, make_plan
from tests.stand_in import Fault
from tests.stand_in.domain import Manner
from tests.stand_in.mangling import spoil_section
from tests.stand_in.manners import answer_run
from tests.stand_in.protocol import Answered, Part, read_sections

pytestmark = NEEDS_CORPUS
MANNERS = (Manner.FAITHFUL, Manner.SHORTENED, Manner.SIMPLIFIED, Manner.URDU)
FAULTS = tuple(
    Fault(name)
    for name in (
        "drop_placeholder", "double_placeholder", "invent_placeholder", "swap_placeholders",
        "square_brackets", "translate_digits", "add_heading", "add_list_item", "add_url",
        "add_link", "add_code_span", "add_fence", "add_html", "add_script", "add_jsx",
        "add_import", "add_expression", "empty_run", "control_characters", "bidi_characters",
        "ten_times", "renumber_placeholders", "round_brackets", "curly_brackets", "spaced_brackets",
        "name_placeholders", "swap_targets", "wrapped_run", "quoted_run", "repeat_sentences",
        "change_unit", "lose_identifier",
    )
)  # fmt: skip
RUNS_PER_FILE = 4


def list_sections(brief: Brief) -> list[Section]:
    return [section for section in brief.chapter.sections if section.has_prose]


def answer_section(section: Section, manner: Manner) -> dict[int, str]:
    """What the stand-in would answer, through the same elements, without a server between."""
    (asked,) = read_sections(write_section(section, answerable=True))
    runs = tuple(Part("run", run.id, run.kind, answer_run(manner, run.text)) for run in asked.runs)
    reply = read_reply(Answered(asked.id, runs).render(), section)
    assert reply is not None
    assert reply.faults == ()
    return dict(reply.runs)


def spoil_run(run: Run, fault: Fault) -> str:
    """The run with a fault, and what is certain about it settled."""
    return settle_answer(spoil_text(run, fault), run, "en")


def spoil_text(run: Run, fault: Fault) -> str:
    part = Part("run", "1", run.kind, escape(run.masked))
    (spoiled,) = spoil_section(fault, Answered("section", (part,))).runs
    return spoiled.text.replace("&lt;", "<").replace("&amp;", "&").strip()


def choose_runs(brief: Brief) -> Iterator[tuple[Section, int]]:
    """Some runs of the chapter, of all kinds before the second of any."""
    every = [(section, i) for section in list_sections(brief) for i in range(len(section.runs))]
    seen = dict[tuple[RunKind, bool], int]()
    ranked = list[tuple[int, int]]()
    for position, (section, index) in enumerate(every):
        kind = section.runs[index].kind, bool(section.runs[index].spans)
        seen[kind] = seen.get(kind, 0) + 1
        ranked.append((seen[kind], position))
    for _, position in sorted(ranked)[:RUNS_PER_FILE]:
        yield every[position]


@EACH_FILE
@pytest.mark.parametrize("manner", MANNERS)
def test_an_honest_rewrite_passes_and_keeps_what_is_protected(path: Path, manner: Manner) -> None:
    brief = load(path)
    if manner is Manner.URDU:
        brief = replace(brief, plan=make_plan(TRANSLATE, language="ur"))
    for section in list_sections(brief):
        answers = answer_section(section, manner)

        assert find_differences(Candidate(section, answers, brief)) == ()
        if manner is Manner.FAITHFUL:
            assert join_section(section, answers) == section.source


@EACH_FILE
def test_a_bad_rewrite_is_rejected_or_harmless(path: Path) -> None:
    brief = load(path)
    for section, index in choose_runs(brief):
        honest = {number: run.masked for number, run in enumerate(section.runs)}
        wanted = list_protected(section.source)
        for fault in FAULTS:
            answers = {**honest, index: spoil_run(section.runs[index], fault)}
            if answers == honest or find_differences(Candidate(section, answers, brief)):
                continue
            shown = join_section(section, answers)
            assert list_protected(shown) == wanted, (fault, section.id, answers[index])


@EACH_FILE
def test_a_span_may_move_to_the_front_of_its_run(path: Path) -> None:
    """Word order differs between languages; code and formulas go where the sentence wants them."""
    brief = load(path)
    for section in list_sections(brief):
        answers = {i: bring_forward(run) for i, run in enumerate(section.runs)}

        assert find_differences(Candidate(section, answers, brief)) == ()


def bring_forward(run: Run) -> str:
    """The last code or formula that stands between spaces becomes the run's first word."""
    for offset in reversed(range(len(run.spans))):
        mark = f"⟦{run.first_span + offset}⟧"
        if run.spans[offset].kind in {"code", "math"} and re.search(
            rf"(?<![^\s]){mark}(?![^\s.,])", run.masked
        ):
            return f"{mark} is meant: {run.masked.replace(mark, 'it', 1)}"
    return run.masked
