"""Rewrite sections: ask, verify, ask once more with the exact difference, or give up."""

import asyncio
from dataclasses import replace

import structlog

from server.book.chapters.domain import Section
from server.generation.llm.domain import LLM, LLMRequest, LLMUnavailable
from server.generation.rewriting.answers import judge_answer
from server.generation.rewriting.asking import OUR_REFUSALS, Answer, ask
from server.generation.rewriting.domain import (
    Brief,
    Difference,
    FailedReply,
    HeldBack,
    Outcome,
    Rejected,
    Rewritten,
    SectionRewrite,
    Unanswered,
    Usage,
)
from server.generation.rewriting.prompts import write_repair, write_request

GRACE_S = 1.0  # for a model that does not keep the deadline itself

logger = structlog.stdlib.get_logger(__name__)


async def rewrite_section(
    llm: LLM,
    brief: Brief,
    section: Section,
    *,
    timeout_s: float,
    failed: FailedReply | None = None,
) -> Outcome:
    """The verified rewrite of one section; one deadline bounds all calls for it together.

    With the failed reply of a call that it shared with others, its next turn is the repair.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    usage = Usage()

    async def take_turn(request: LLMRequest) -> Answer:
        nonlocal usage
        answer = await ask(llm, replace(request, deadline=deadline))
        usage += answer.usage
        return answer

    try:
        async with asyncio.timeout_at(deadline + GRACE_S):
            if failed is None:
                first = await take_turn(write_request(brief, section))
                judged = judge_answer(first, brief, section)
                if isinstance(judged, SectionRewrite):
                    return Rewritten(judged, usage, repaired=False)
                failed = judged
            logger.info("section repair", section=section.id, **_describe(failed.differences))
            second = await take_turn(write_repair(brief, section, failed.text, failed.differences))
            judged = judge_answer(second, brief, section)
    except (LLMUnavailable, TimeoutError) as error:
        logger.warning("section unanswered", section=section.id, error=str(error) or "timeout")
        return Unanswered(usage, held_back=find_own_refusal(error))
    if isinstance(judged, SectionRewrite):
        return Rewritten(judged, usage, repaired=True, differences=failed.differences)
    logger.warning("section rejected", section=section.id, **_describe(judged.differences))
    return Rejected(judged.differences, usage)


def find_own_refusal(error: Exception) -> HeldBack | None:
    """Our own budget or switch, where it was that which said no."""
    return OUR_REFUSALS.get(error.failure) if isinstance(error, LLMUnavailable) else None


def _describe(differences: tuple[Difference, ...]) -> dict[str, list[str]]:
    """What the log says: the checks to count by, the sentences to read."""
    return {
        "checks": list(dict.fromkeys(difference.check.value for difference in differences)),
        "differences": [difference.sentence for difference in differences],
    }
