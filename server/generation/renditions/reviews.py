"""Has a verified text read before it is shown; its reader is never the learner's problem."""

from dataclasses import replace
from datetime import timedelta

from server.generation.editions.domain import READINGS
from server.generation.llm.domain import LLM
from server.generation.renditions.resources import Resources
from server.generation.renditions.shared_calls import Claimed
from server.generation.review.domain import Draft, write_review
from server.generation.review.service import Reader, review_section
from server.generation.rewriting.domain import Outcome, Rejected, Rewritten, Unanswered
from server.generation.rewriting.store.service import ClaimedLLM


async def review(
    resources: Resources,
    claimed: Claimed,
    writer: LLM,
    draft: Draft,
    written: Rewritten,
    *,
    deadline: float,
) -> Outcome:
    """Have a rendition's section read before it is shown: with its review, or the author's is.

    The draft waits in the claimed row meanwhile, so that who takes the claim over only reads.
    """
    reader = resources.reader
    if reader is None:
        return written

    async def keep(mended: Draft) -> None:
        said = write_review(mended.earlier) if mended.earlier else None
        await claimed.claim.keep(mended.rewrite, said)

    await keep(draft)
    reviewed = await review_section(
        writer,
        Reader(ClaimedLLM(reader.llm, claimed.claim), reader.stubbornness),
        claimed.job.order.brief,
        draft,
        deadline=deadline,
        keep=keep,
    )
    resources.metrics.reviews.labels(reviewed.verdict).inc()
    usage = written.usage + reviewed.writing + reviewed.reading
    if reviewed.rewrite is None:
        return Rejected(reviewed.differences, usage)
    is_reading = claimed.job.order.refresh in READINGS
    if reviewed.review is None and (resources.requires_review or is_reading):
        return Unanswered(usage, held_back=reviewed.held_back)
    said = write_review(reviewed.review) if reviewed.review else None
    return replace(
        written,
        rewrite=reviewed.rewrite,
        usage=usage,
        review=said,
        review_due_in=timedelta() if said is None else None,
    )
