"""From a model's text to a verified rewrite of a section, or to what exactly is wrong with it."""

from collections import Counter
from dataclasses import dataclass

import structlog

from server.book.chapters.domain import Section
from server.generation.llm.domain import StopReason
from server.generation.rewriting.asking import Answer
from server.generation.rewriting.domain import (
    Brief,
    CheckName,
    Difference,
    FailedReply,
    Note,
    Reply,
    SectionRewrite,
)
from server.generation.rewriting.notes.admission import admit_notes
from server.generation.rewriting.protocol import read_reply
from server.generation.rewriting.settling import settle_answer
from server.generation.rewriting.translated import changes_words
from server.generation.rewriting.verification import Candidate, find_differences, is_task_talk

logger = structlog.stdlib.get_logger(__name__)

STOPPED_EARLY = {
    StopReason.LENGTH: Difference(CheckName.TRUNCATED, "the answer was cut off before its end"),
    StopReason.REFUSAL: Difference(CheckName.REFUSED, "the model declined to answer"),
    StopReason.OTHER: Difference(CheckName.UNFINISHED, "the answer did not end normally"),
}

OFFLINE = "offline"  # the provider that leaves the prose alone

# A section that was only to be read, and of which nothing is said, gets no notes.
NO_NOTES = Reply(runs={}, notes=(), faults=())

Verdict = SectionRewrite | FailedReply


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a text."""

    provider: str
    model: str


def judge_answer(answer: Answer, brief: Brief, section: Section) -> Verdict:
    """Judge a whole answer about one section; it must have ended as it should."""
    completed = answer.completed
    if completed.stop_reason is not StopReason.END:
        return FailedReply(answer.text, (STOPPED_EARLY[completed.stop_reason],))
    origin = Origin(completed.provider, completed.model)
    return judge_text(answer.text, origin, brief, section)


def judge_text(text: str, origin: Origin, brief: Brief, section: Section) -> Verdict:
    """The verified rewrite that a text holds of this section, or the exact differences."""
    judged = _judge(text, origin, brief, section)
    return judged if isinstance(judged, SectionRewrite) else FailedReply(text, judged)


def _judge(
    text: str, origin: Origin, brief: Brief, section: Section
) -> SectionRewrite | tuple[Difference, ...]:
    reply = read_reply(text, section)
    if reply is None and not changes_words(section, brief.plan):
        reply = NO_NOTES
    if reply is None:
        return (_explain_nothing(text, section),)
    if reply.faults:
        return tuple(Difference(CheckName.FORM, fault) for fault in reply.faults)
    answers = _answers(reply, brief, section)
    differences = _verify(answers, origin.provider, brief, section)
    if differences:
        return differences
    return SectionRewrite(
        answers=answers,
        notes=_admit(reply.notes, brief, section, origin.provider),
        provider=origin.provider,
        model=origin.model,
    )


def _explain_nothing(text: str, section: Section) -> Difference:
    if is_task_talk(text):
        return Difference(CheckName.REFUSED, "the answer is talk about the task, and nothing else")
    sentence = f"the answer holds no section element with the id {section.id}"
    return Difference(CheckName.FORM, sentence)


def _verify(
    answers: dict[int, str], provider: str, brief: Brief, section: Section
) -> tuple[Difference, ...]:
    """Compare with the author's text; offline it stays word for word, whatever the language."""
    kept = {index: run.masked for index, run in enumerate(section.runs)}
    if answers == kept and (provider == OFFLINE or not changes_words(section, brief.plan)):
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
