"""Answers to whole chapters, honest and spoiled, and what the oracle says of the result."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from zlib import crc32

from server.book.chapters.domain import Run, RunKind, Section
from server.book.chapters.joiner import join_section
from server.generation.rewriting.answers import settle_placeholders
from server.generation.rewriting.protocol import escape, unescape
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.oracle.books import Page
from tests.oracle.reading import Oracle, Reading
from tests.stand_in import Fault, Manner
from tests.stand_in.mangling import spoil_section
from tests.stand_in.manners import answer_run
from tests.stand_in.protocol import Answered, Part

Answers = dict[int, str]
Way = Callable[[Run], str]
Pick = Callable[[Section, Way], Answers | None]


@dataclass(frozen=True)
class Judgement:
    """One page answered in one way."""

    page: Page
    way: str
    rejected: int  # sections that the verifier refused
    accepted: int
    harm: tuple[str, ...]  # what the oracle finds changed by what was accepted

    def describe(self) -> str:
        return f"{self.page.name}, {self.way}: " + "; ".join(self.harm)


def _in_manner(manner: Manner) -> Way:
    return lambda run: unescape(answer_run(manner, escape(run.masked)))


def list_honest() -> dict[str, Way]:
    """What good models do; a word-for-word answer is the source itself, and shows nothing."""
    manners = (Manner.SHORTENED, Manner.SIMPLIFIED, Manner.URDU)
    return {manner.value: _in_manner(manner) for manner in manners}


def with_fault(fault: Fault) -> Way:
    """As the stand-in spoils a run, small slips settled as the service settles them."""

    def spoil(run: Run) -> str:
        part = Part("run", "1", run.kind.value, escape(run.masked))
        (spoiled,) = spoil_section(fault, Answered("section", (part,))).runs
        return settle_placeholders(unescape(spoiled.text), run)

    return spoil


def list_faults() -> dict[str, Way]:
    """Every fault of the stand-in that spoils the text of a run."""
    part = Part("run", "1", RunKind.PASSAGE.value, "⟦1⟧ and ⟦2⟧")
    plain = Answered("section", (part,))
    spoiled = {fault: spoil_section(fault, plain).runs for fault in Fault}
    return {
        fault.value: with_fault(fault)
        for fault, runs in spoiled.items()
        if len(runs) == 1 and runs != plain.runs
    }


def answer_all(section: Section, way: Way) -> Answers:
    """Every run in this way."""
    return {index: way(run) for index, run in enumerate(section.runs)}


def answer_one(section: Section, way: Way) -> Answers | None:
    """One of the runs that this way changes, chosen by the section's id; the others as they are."""
    runs = section.runs
    changed = [index for index, run in enumerate(runs) if way(run) != run.masked]
    if not changed:
        return None
    index = changed[crc32(section.id.encode()) % len(changed)]
    return {number: run.masked for number, run in enumerate(runs)} | {index: way(runs[index])}


def judge_page(page: Page, name: str, way: Way, pick: Pick, oracle: Oracle) -> Judgement:
    """Answer every section that has prose, and judge the whole."""
    if name == Manner.URDU:
        page = replace(page, language="ur")
    sections = page.brief.chapter.sections
    answers = {
        number: given
        for number, section in enumerate(sections)
        if section.has_prose and (given := pick(section, way)) is not None
    }
    return judge(page, name, answers, oracle)


def judge(page: Page, name: str, answers: Mapping[int, Answers], oracle: Oracle) -> Judgement:
    """Put all that the verifier accepts into the chapter, and let the oracle compare."""
    accepted = {
        number: given for number, given in answers.items() if not _is_rejected(page, number, given)
    }
    harm = tuple(find_harm(page, accepted, oracle)) if accepted else ()
    rejected = len(answers) - len(accepted)
    return Judgement(page, name, rejected, len(accepted), harm)


def _is_rejected(page: Page, number: int, answers: Answers) -> bool:
    candidate = Candidate(page.brief.chapter.sections[number], answers, page.brief)
    return bool(find_differences(candidate))


def find_harm(page: Page, accepted: Mapping[int, Answers], oracle: Oracle) -> Iterator[str]:
    """Name the sections whose rewrite changed what must not change, and what it changed."""
    wanted = read_source(page, oracle)
    if not list(_compare(wanted, _read(page, accepted, oracle))):
        return
    for number, answers in accepted.items():
        for change in _compare(wanted, _read(page, {number: answers}, oracle)):
            yield f"section {number}: {change} by {_list_new(page, number, answers)}"


def read_source(page: Page, oracle: Oracle) -> Reading:
    return oracle.read(page.text, mdx=page.mdx, dialect=page.dialect)


def _read(page: Page, accepted: Mapping[int, Answers], oracle: Oracle) -> Reading:
    sections = page.brief.chapter.sections
    shown = "".join(
        join_section(section, accepted.get(number, {})) for number, section in enumerate(sections)
    )
    return oracle.read(shown, mdx=page.mdx, dialect=page.dialect)


def _compare(wanted: Reading, found: Reading) -> Iterator[str]:
    if wanted.parses != found.parses:
        if wanted.parses:
            yield f"no MDX any more: {found.reason}"
        return  # a text that happens to compile now has nodes of another kind
    lost, added = wanted.inventory - found.inventory, found.inventory - wanted.inventory
    if lost or added:
        yield f"lost {_show(lost)}, added {_show(added)}"
    if wanted.shape != found.shape:
        changed = [
            pair for pair in zip(wanted.shape, found.shape, strict=False) if len(set(pair)) > 1
        ]
        yield f"shape: {changed[:1] or (len(wanted.shape), len(found.shape))}"


def _show(inventory: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {text[:80]!r}" for kind, text in sorted(inventory)[:3]) or "nothing"


def _list_new(page: Page, number: int, answers: Answers) -> str:
    runs = page.brief.chapter.sections[number].runs
    new = [answer for index, answer in answers.items() if answer != runs[index].masked]
    return repr(new[0][-200:]) if len(new) == 1 else f"{len(new)} answers"
