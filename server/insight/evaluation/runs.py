"""Run cases through a model, side by side, without a database."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from typing_extensions import override

from server.book.chapters.domain import Chapter, Run, Section
from server.book.glossary.domain import Glossary
from server.generation.budget.domain import Tokens
from server.generation.editions.domain import Part
from server.generation.editions.service import draft_edition
from server.generation.llm.domain import LLM, Chunk, Completed, LLMRequest
from server.generation.llm.wrappers import Hear, WrappedLLM
from server.generation.rewriting.domain import Brief, Outcome, Rejected, Rewritten
from server.generation.rewriting.notes.markdown import join_with_notes
from server.generation.rewriting.protocol import PLACEHOLDER
from server.generation.rewriting.service import rewrite_section
from server.insight.evaluation.domain import (
    Call,
    Case,
    CaseResult,
    NamedProfile,
    Passage,
    SectionOutcome,
    SectionResult,
)
from server.insight.evaluation.recordings import ReplyMissing
from server.learners.profiles.domain import LearnerFacts
from server.plan.transformations.domain import Catalogue


class MeteredLLM(WrappedLLM):
    """Another model; `calls` are those that it completed."""

    def __init__(self, llm: LLM, *, timed: bool) -> None:
        super().__init__(llm)
        self._timed = timed
        self.calls: list[Call] = []

    @override
    @asynccontextmanager
    async def _call(self, _request: LLMRequest) -> AsyncGenerator[Hear]:
        started = time.perf_counter()

        async def hear(chunk: Chunk) -> Chunk:
            if isinstance(chunk, Completed):
                self._note(chunk, time.perf_counter() - started)
            return chunk

        yield hear

    def _note(self, completed: Completed, seconds: float) -> None:
        tokens = Tokens(
            input=completed.input_tokens,
            output=completed.output_tokens,
            cache_read=completed.cached_input_tokens,
            cache_write=completed.cache_write_tokens,
        )
        self.calls.append(
            Call(completed.provider, completed.model, tokens, seconds if self._timed else None)
        )


@dataclass(frozen=True)
class Bench:
    """What all cases share; `skips_missing` leaves out what a replay has no reply for."""

    llm: LLM
    turns: asyncio.Semaphore
    timeout_s: float
    timed: bool = True
    skips_missing: bool = False
    advance: Callable[[], None] = lambda: None  # called for each section that is done


def list_cases(
    chapters: Iterable[Chapter],
    learners: Sequence[NamedProfile],
    catalogue: Catalogue,
    glossary: Glossary,
    limit: int,
) -> list[Case]:
    """Every chapter for every learner; `limit` sections of each that need the model, 0 for all."""
    return [
        _make_case(chapter, learner, catalogue, glossary, limit)
        for chapter in chapters
        for learner in learners
    ]


def _make_case(
    chapter: Chapter,
    learner: NamedProfile,
    catalogue: Catalogue,
    glossary: Glossary,
    limit: int,
) -> Case:
    terms = glossary.occurring(chapter.content)
    edition = draft_edition(catalogue, LearnerFacts(learner.profile), chapter, terms)
    asked = [part.index for part in edition.parts if part.rewritable]
    left_out = set(asked[limit:]) if limit else set[int]()
    parts = tuple(part for part in edition.parts if part.index not in left_out)
    return Case(learner, edition.only(parts))


async def run_cases(bench: Bench, cases: Iterable[Case]) -> list[CaseResult]:
    """All cases at once; the bench's turns bound the calls under way. The first error ends all."""
    return await asyncio.gather(*(_run_case(bench, case) for case in cases))


async def _run_case(bench: Bench, case: Case) -> CaseResult:
    started = time.perf_counter()
    sections = await asyncio.gather(
        *(_run_section(bench, case.edition.brief, part) for part in case.edition.parts)
    )
    return CaseResult(case, tuple(sections), time.perf_counter() - started)


async def _run_section(bench: Bench, brief: Brief, part: Part) -> SectionResult:
    if not part.rewritable:
        result = SectionResult(part.section, SectionOutcome.ORIGINAL, part.section.source)
    else:
        async with bench.turns:
            result = await _ask(bench, brief, part.section)
    bench.advance()
    return result


async def _ask(bench: Bench, brief: Brief, section: Section) -> SectionResult:
    meter = MeteredLLM(bench.llm, timed=bench.timed)
    try:
        outcome = await rewrite_section(meter, brief, section, timeout_s=bench.timeout_s)
    except ReplyMissing:
        if not bench.skips_missing:
            raise
        return SectionResult(section, SectionOutcome.SKIPPED, section.source)
    return _conclude(brief, section, outcome, meter)


def _conclude(brief: Brief, section: Section, outcome: Outcome, meter: MeteredLLM) -> SectionResult:
    calls = tuple(meter.calls)
    if isinstance(outcome, Rewritten):
        shown, notes = join_with_notes(section, outcome.rewrite, brief)
        return SectionResult(
            section,
            SectionOutcome.REPAIRED if outcome.repaired else SectionOutcome.VERIFIED,
            shown,
            passages=_list_passages(section, outcome.rewrite.answers),
            notes=notes,
            differences=outcome.differences,
            calls=calls,
            rewrite=outcome.rewrite,
        )
    if isinstance(outcome, Rejected):
        return SectionResult(
            section,
            SectionOutcome.FALLBACK,
            section.source,
            differences=outcome.differences,
            calls=calls,
        )
    return SectionResult(section, SectionOutcome.UNANSWERED, section.source, calls=calls)


def _list_passages(section: Section, answers: dict[int, str]) -> tuple[Passage, ...]:
    return tuple(
        Passage(run.kind, _bare(run, run.masked), _bare(run, answers.get(index, run.masked)))
        for index, run in enumerate(section.runs)
    )


def _bare(run: Run, text: str) -> str:
    """The words alone: a link's target goes, other protected spans count as one short word."""
    links = {run.first_span + index for index, span in enumerate(run.spans) if span.kind == "link"}
    words = PLACEHOLDER.sub(lambda span: "" if int(span[1]) in links else "x", text)
    return words.replace("**", "").replace("[", "").replace("]", "")
