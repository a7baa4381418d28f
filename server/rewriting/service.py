"""Rewrite one section: ask, verify, ask once more with the exact difference, or give up."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

import structlog

from server.chapters.domain import Section
from server.llm.domain import LLM, Completed, LLMRequest, LLMUnavailable, StopReason
from server.llm.streaming import closing_stream
from server.rewriting.admission import admit_notes
from server.rewriting.domain import (
    Brief,
    CheckName,
    Difference,
    Note,
    Outcome,
    Rejected,
    Reply,
    Rewritten,
    SectionRewrite,
    Unanswered,
    Usage,
)
from server.rewriting.prompting import write_repair, write_request
from server.rewriting.protocol import read_reply
from server.rewriting.settling import settle_answer
from server.rewriting.translated import changes_words
from server.rewriting.verification import Candidate, find_differences, is_task_talk

logger = structlog.stdlib.get_logger(__name__)

STOPPED_EARLY = {
    StopReason.LENGTH: Difference(CheckName.TRUNCATED, "the answer was cut off before its end"),
    StopReason.REFUSAL: Difference(CheckName.REFUSED, "the model declined to answer"),
    StopReason.OTHER: Difference(CheckName.UNFINISHED, "the answer did not end normally"),
}

OFFLINE = "offline"  # the provider that leaves the prose alone

# A section that was only to be read, and of which nothing is said, gets no notes.
NO_NOTES = Reply(runs={}, notes=(), faults=())


async def rewrite_section(llm: LLM, brief: Brief, section: Section, *, timeout_s: float) -> Outcome:
    """The verified rewrite of one section; one deadline bounds both turns together."""
    usage = Usage()
    try:
        async with asyncio.timeout(timeout_s):
            first = await _ask(llm, write_request(brief, section))
            usage += first.usage
            judged = _judge(first, brief, section)
            if isinstance(judged, SectionRewrite):
                return Rewritten(judged, usage, repaired=False)
            logger.info("section repair", section=section.id, **_describe(judged))
            repaired_for = judged
            second = await _ask(llm, write_repair(brief, section, first.text, judged))
            usage += second.usage
            judged = _judge(second, brief, section)
    except (LLMUnavailable, TimeoutError) as error:
        logger.warning("section unanswered", section=section.id, error=str(error) or "timeout")
        return Unanswered(usage)
    if isinstance(judged, SectionRewrite):
        return Rewritten(judged, usage, repaired=True, differences=repaired_for)
    logger.warning("section rejected", section=section.id, **_describe(judged))
    return Rejected(judged, usage)


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    completed: Completed

    @property
    def usage(self) -> Usage:
        return Usage(self.completed.input_tokens, self.completed.output_tokens, calls=1)


async def _ask(llm: LLM, request: LLMRequest) -> _Answer:
    """Collect one streamed answer."""
    started = time.perf_counter()
    parts: list[str] = []
    async with closing_stream(llm.stream(request)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Completed):
                _log_call(chunk, time.perf_counter() - started)
                return _Answer("".join(parts), chunk)
            parts.append(chunk.text)
    raise RuntimeError("a client ended its stream without Completed")


def _log_call(completed: Completed, seconds: float) -> None:
    logger.info(
        "model call",
        provider=completed.provider,
        model=completed.model,
        stop_reason=completed.stop_reason,
        input_tokens=completed.input_tokens,
        output_tokens=completed.output_tokens,
        duration=f"{seconds * 1000:.0f}ms",
    )


def _describe(differences: tuple[Difference, ...]) -> dict[str, list[str]]:
    """What the log says: the checks to count by, the sentences to read."""
    return {
        "checks": list(dict.fromkeys(difference.check.value for difference in differences)),
        "differences": [difference.sentence for difference in differences],
    }


def _judge(
    answer: _Answer, brief: Brief, section: Section
) -> SectionRewrite | tuple[Difference, ...]:
    """The rewrite, or the exact differences."""
    completed = answer.completed
    if completed.stop_reason is not StopReason.END:
        return (STOPPED_EARLY[completed.stop_reason],)
    reply = read_reply(answer.text, section)
    if reply is None and not changes_words(section, brief.plan):
        reply = NO_NOTES
    if reply is None:
        return (_explain_nothing(answer.text, section),)
    if reply.faults:
        return tuple(Difference(CheckName.FORM, fault) for fault in reply.faults)
    answers = _answers(reply, brief, section)
    differences = _verify(answers, completed, brief, section)
    if differences:
        return differences
    return SectionRewrite(
        answers=answers,
        notes=_admit(reply.notes, brief, section, completed.provider),
        provider=completed.provider,
        model=completed.model,
    )


def _explain_nothing(text: str, section: Section) -> Difference:
    if is_task_talk(text):
        return Difference(CheckName.REFUSED, "the answer is talk about the task, and nothing else")
    sentence = f"the answer holds no section element with the id {section.id}"
    return Difference(CheckName.FORM, sentence)


def _verify(
    answers: dict[int, str], completed: Completed, brief: Brief, section: Section
) -> tuple[Difference, ...]:
    """Compare with the author's text; offline it stays word for word, whatever the language."""
    kept = {index: run.masked for index, run in enumerate(section.runs)}
    if answers == kept and (
        completed.provider == OFFLINE or not changes_words(section, brief.plan)
    ):
        return ()
    return find_differences(Candidate(section, answers, brief))


def _admit(
    notes: tuple[Note, ...], brief: Brief, section: Section, provider: str
) -> tuple[Note, ...]:
    """A bad note is dropped and logged; it does not fail the section."""
    admission = admit_notes(notes, section, brief, provider=provider)
    if reasons := Counter(dropped.fault.value for dropped in admission.dropped):
        logger.warning("notes dropped", section=section.id, reasons=dict(reasons))
    return admission.notes


def _answers(reply: Reply, brief: Brief, section: Section) -> dict[int, str]:
    """The runs as they will stand; a section that only gets notes keeps all its words."""
    if not changes_words(section, brief.plan):
        return {index: run.masked for index, run in enumerate(section.runs)}
    return {
        index: settle_answer(text, section.runs[index], brief.plan.language)
        for index, text in reply.runs.items()
    }
