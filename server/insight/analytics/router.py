"""HTTP for analytics: admins only, as JSON in pages or as CSV in one file."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response

from server.core.database.dependencies import SessionDep, SessionsDep
from server.core.dates import Grain
from server.core.http.openapi import describe_problems
from server.generation.rewriting.store.reviews.domain import FaultCount, ReviewCount
from server.insight.analytics import service
from server.insight.analytics.dependencies import AnsweringDep, AskedDep, DailyLimitDep, ScopeDep
from server.insight.analytics.domain import (
    ChapterUse,
    FallbackGrain,
    FallbackUse,
    Metrics,
    ModelUse,
    ResponseTime,
    Summary,
    TransformationUse,
    UseOfDay,
)
from server.insight.analytics.log.dependencies import LogQuestionDep, answer_log
from server.insight.analytics.log.domain import LogPage
from server.insight.analytics.schemas import ModelPageResponse, PageResponse
from server.insight.feedback.domain import ChapterFeedback
from server.learners.accounts.dependencies import AdminDep, forbid_storing, require
from server.learners.accounts.domain import AccountRole

router = APIRouter(
    prefix="/analytics",
    tags=["analytics"],
    dependencies=[Depends(require(AccountRole.ADMIN)), Depends(forbid_storing)],
    responses=describe_problems(401, 403, 422),
)
CSV: Mapping[int | str, dict[str, object]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}
Answer = Summary | LogPage | Mapping[str, object] | Response  # each route says its model


@router.get("/summary", response_model=Summary, responses={**CSV})
async def read_summary(session: SessionDep, scope: ScopeDep, answering: AnsweringDep) -> Answer:
    """Chapters, hit rate, response times by cache state, providers, sums; CSV: the days."""
    summary = await service.summarize(session, scope)
    return answering.show(summary, UseOfDay, summary.days)


@router.get("/chapters", response_model=PageResponse[ChapterUse], responses={**CSV})
async def read_chapters(asked: AskedDep) -> Answer:
    """What was asked of each chapter and what it took, the most personalised first."""
    return await asked.answer("chapters")


@router.get("/latency", response_model=PageResponse[ResponseTime], responses={**CSV})
async def read_latency(asked: AskedDep, by: Grain = Grain.PERIOD) -> Answer:
    """Average, p50, p95 and p99 by cache state, in milliseconds; also day by day."""
    return await asked.answer("latency", by)


@router.get("/providers", response_model=ModelPageResponse, responses={**CSV})
async def read_providers(
    asked: AskedDep, daily_limit: DailyLimitDep, by: Grain = Grain.PERIOD
) -> Answer:
    """Requests, tokens and cost by model, beside its bills, and these against the daily budget."""
    report = await service.report_models(asked.session, asked.scope, daily_limit, by)
    json = {**asked.page.cut(report.models), "budget": report.budget}
    return asked.answering.show(json, ModelUse, report.models)


@router.get("/transformations", response_model=PageResponse[TransformationUse], responses={**CSV})
async def read_transformations(asked: AskedDep) -> Answer:
    """How often each transformation was part of a plan."""
    return await asked.answer("transformations")


@router.get("/fallbacks", response_model=PageResponse[FallbackUse], responses={**CSV})
async def read_fallbacks(asked: AskedDep, by: FallbackGrain = FallbackGrain.REASON) -> Answer:
    """Why sections showed the author's text instead, also by chapter or day by day."""
    return await asked.answer("fallbacks", by)


@router.get("/reviews", response_model=PageResponse[ReviewCount], responses={**CSV})
async def read_reviews(asked: AskedDep) -> Answer:
    """What second readers have made of the texts that are stored, by chapter and model."""
    return await asked.answer("reviews")


@router.get("/faults", response_model=PageResponse[FaultCount], responses={**CSV})
async def read_faults(asked: AskedDep) -> Answer:
    """What second readers have objected to in them, and what was done about it."""
    return await asked.answer("faults")


@router.get("/feedback", response_model=PageResponse[ChapterFeedback], responses={**CSV})
async def read_feedback(asked: AskedDep) -> Answer:
    """Thumbs and comments by chapter; the words are at `/api/v1/feedback/all`."""
    return await asked.answer("feedback")


@router.get("/log", response_model=LogPage, responses={**CSV})
async def read_log(
    sessions: SessionsDep, question: LogQuestionDep, answering: AnsweringDep
) -> Answer:
    """The rows behind the figures, newest first, with no e-mail and no profile.

    Go on with `after` set to the `next` of the page before; a CSV file holds all rows.
    """
    return await answer_log(sessions, question, answering)


figures_router = APIRouter(
    prefix="/metrics", tags=["analytics"], dependencies=[Depends(forbid_storing)]
)


@figures_router.get("", responses=describe_problems(401, 403, 422))
async def read_metrics(_admin: AdminDep, session: SessionDep, scope: ScopeDep) -> Metrics:
    """How long, how often from what is stored, how many, and how many came to no end."""
    return await service.measure(session, scope)
