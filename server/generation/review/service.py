"""Review sections: read, have the writer mend once, read again, put back what still stands.

A reader that is slow, silent, rude or absent leaves the last verified text as nobody has read it:
its failure is never an error, and never keeps a section back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from server.book.chapters.domain import Section
from server.generation.llm.domain import LLM
from server.generation.review.domain import (
    NO_USAGE,
    Draft,
    Finding,
    Reading,
    Review,
    Reviewed,
    Verdict,
    settle,
)
from server.generation.review.prompts import REVIEW_DIGEST, write_request, write_system
from server.generation.review.protocol import has_changes
from server.generation.review.reader import Reader, Stubbornness
from server.generation.review.readings import (
    Keep,
    Silence,
    await_answer,
    judge_readings,
    read_alone,
    review_together,
)
from server.generation.review.remedies import (
    carry_over,
    holds_together,
    put_back,
    write_differences,
)
from server.generation.rewriting.domain import Brief, Outcome, Rewritten, Unanswered, Usage
from server.generation.rewriting.estimates import (
    MARKUP_TOKENS,
    NO_TOKENS,
    TokenEstimate,
    count_tokens,
)
from server.generation.rewriting.service import mend_section

__all__ = [
    "REVIEW_DIGEST",
    "Reader",
    "Stubbornness",
    "conclude",
    "estimate_reading",
    "has_changes",
    "holds_together",
    "judge_readings",
    "review_section",
    "review_together",
    "write_request",
]

# Where no word differs from the author's, a reader could only say that it is fine.
NOTHING_TO_READ = Reading(is_answered=True)
FINE_TOKENS = 20  # of an answer that finds nothing

logger = structlog.stdlib.get_logger(__name__)


async def review_section(
    writer: LLM,
    reader: Reader,
    brief: Brief,
    draft: Draft,
    *,
    deadline: float,
    keep: Keep | None = None,
) -> Reviewed:
    """What is to be shown of a verified text; `deadline` is a loop time, shared with the writing.

    Valid findings make one repair. A repair that fails the verifier, or does not come, is as none:
    the text before it stands, read but for the runs that are put back. After the second reading
    its own findings put their runs back, and of the first's those that the repair left word for
    word (`carry_over`). Where that second reading does not come, they do so too, and the rest
    counts as unreviewed. `keep` stores a repaired text before it is read again.
    """
    if not has_changes(draft):
        return conclude(brief, draft, NOTHING_TO_READ)
    reading = draft.reading or await read_alone(reader, brief, draft, deadline)
    if draft.earlier is None and reading.is_answered:
        reader.stubbornness.note(objects=bool(reading.findings))
    if not reading.findings or not draft.may_be_repaired:
        return conclude(brief, draft, reading)
    outcome = await _mend(writer, brief, draft, reading, deadline)
    mended = _take_repair(draft, reading, outcome)
    if mended is None:
        held_back = outcome.held_back if isinstance(outcome, Unanswered) else None
        concluded = conclude(brief, draft, reading)
        return replace(concluded, writing=outcome.usage, held_back=held_back)
    if keep is not None:
        await keep(mended)
    last = await review_section(writer, reader, brief, mended, deadline=deadline)
    return replace(last, writing=outcome.usage + last.writing, reading=reading.usage + last.reading)


def estimate_reading(brief: Brief, sections: Iterable[Section]) -> TokenEstimate:
    """What a second reader takes who has nothing against any of the sections."""
    prompt = count_tokens(write_system(brief, ()))
    total = NO_TOKENS
    for section in sections:
        texts = 2 * count_tokens(section.source)  # the author's, and one about as long
        total += TokenEstimate(prompt + texts + MARKUP_TOKENS, FINE_TOKENS)
    return total


async def _mend(
    writer: LLM, brief: Brief, draft: Draft, reading: Reading, deadline: float
) -> Outcome:
    """The writer's answer to the findings; whatever goes wrong with it, there is none."""
    section, rewrite = draft.section, draft.rewrite
    differences = write_differences(reading.findings, section, rewrite)
    repair = mend_section(writer, brief, section, rewrite, differences, deadline=deadline)
    outcome = await await_answer(repair, deadline)
    return Unanswered(NO_USAGE, outcome.held_back) if isinstance(outcome, Silence) else outcome


def _take_repair(draft: Draft, reading: Reading, outcome: Outcome) -> Draft | None:
    """The draft with the repair in it; none where no word of it changed."""
    if not isinstance(outcome, Rewritten):
        return None
    before, after = draft.rewrite, outcome.rewrite
    if (before.answers, before.notes) == (after.answers, after.notes):
        return None
    findings = carry_over(reading.findings, before, after)
    earlier = _write_review(Verdict.NONE, findings, draft, reading)
    return Draft(draft.section, after, draft.answers + 1, earlier=earlier)


def conclude(brief: Brief, draft: Draft, reading: Reading) -> Reviewed:
    """What is shown when nobody is asked any more: each finding that stands puts its run back."""
    findings = (*(draft.earlier.findings if draft.earlier else ()), *reading.findings)
    standing = tuple(finding for finding in findings if finding.remedy is None)
    rewrite = put_back(standing, draft.rewrite, draft.section, brief)
    if rewrite is not None and not reading.is_answered:
        return Reviewed(rewrite, None, reading=reading.usage, held_back=reading.held_back)
    verdict = Verdict.NONE if rewrite is None else _find_verdict(findings, standing)
    faults = [finding.fault.value for finding in findings]
    logger.info("section reviewed", section=draft.section.id, verdict=verdict.value, faults=faults)
    differences = () if rewrite else write_differences(standing, draft.section, draft.rewrite)
    return Reviewed(
        rewrite,
        _write_review(verdict, settle(findings), draft, reading),
        reading=reading.usage,
        differences=differences,
        held_back=reading.held_back,
    )


def _find_verdict(findings: Sequence[Finding], standing: Sequence[Finding]) -> Verdict:
    """What is told of the words that are shown; a note that is left out is none of them."""
    if any(finding.run is not None for finding in standing):
        return Verdict.PARTLY_ORIGINAL
    return Verdict.REPAIRED if len(findings) > len(standing) else Verdict.PASSED


def _write_review(
    verdict: Verdict, findings: tuple[Finding, ...], draft: Draft, reading: Reading
) -> Review:
    """The review so far; what was read before counts with it."""
    earlier = draft.earlier or Review(verdict, reading.model, REVIEW_DIGEST)
    before = Usage(earlier.input_tokens, earlier.output_tokens, cost_usd=earlier.cost_usd)
    usage = before + reading.usage
    return Review(
        verdict,
        model=reading.model or earlier.model,
        prompt_digest=REVIEW_DIGEST,
        findings=findings,
        ignored=earlier.ignored + reading.ignored,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd,
    )
