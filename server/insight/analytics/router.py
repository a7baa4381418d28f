"""HTTP for analytics: admins only, as JSON in pages or as CSV in one file."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Response

from server.core.database.dependencies import SessionDep, SessionsDep
from server.core.http.openapi import describe_problems
from server.core.periods import FallbackGrain, Grain
from server.insight.analytics import service
from server.insight.analytics.dependencies import AnsweringDep, DailyLimitDep, PageDep, ScopeDep
from server.insight.analytics.domain import (
    ChapterUse,
    FallbackUse,
    Metrics,
    ResponseTime,
    Summary,
    TransformationUse,
)
from server.insight.analytics.log.dependencies import LogQuestionDep, answer_log
from server.insight.analytics.log.domain import LogPage
from server.insight.analytics.schemas import ModelPageResponse, PageResponse
from server.insight.analytics.service import (
    CHAPTERS,
    FALLBACKS,
    FEEDBACK,
    LATENCY,
    PROVIDERS,
    SUMMARY,
    TRANSFORMATIONS,
    Question,
)
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
    return answering.show(summary, SUMMARY.row, summary.days)


@router.get("/chapters", response_model=PageResponse[ChapterUse], responses={**CSV})
async def read_chapters(
    session: SessionDep, scope: ScopeDep, page: PageDep, answering: AnsweringDep
) -> Answer:
    """What was asked of each chapter and what it took, the most personalised first."""
    rows = await CHAPTERS.read(session, Question(scope))
    return answering.show(page.cut(rows), CHAPTERS.row, rows)


@router.get("/latency", response_model=PageResponse[ResponseTime], responses={**CSV})
async def read_latency(
    session: SessionDep,
    scope: ScopeDep,
    page: PageDep,
    answering: AnsweringDep,
    by: Grain = Grain.PERIOD,
) -> Answer:
    """Average, p50, p95 and p99 by cache state, in milliseconds; also day by day."""
    rows = await LATENCY.read(session, Question(scope, by))
    return answering.show(page.cut(rows), LATENCY.row, rows)


@router.get("/providers", response_model=ModelPageResponse, responses={**CSV})
async def read_providers(
    session: SessionDep,
    scope: ScopeDep,
    page: PageDep,
    answering: AnsweringDep,
    daily_limit: DailyLimitDep,
    by: Grain = Grain.PERIOD,
) -> Answer:
    """Requests, tokens and cost by model, beside its bills, and these against the daily budget."""
    report = await service.report_models(session, scope, daily_limit, by)
    json = {**page.cut(report.models), "budget": report.budget}
    return answering.show(json, PROVIDERS.row, report.models)


@router.get("/transformations", response_model=PageResponse[TransformationUse], responses={**CSV})
async def read_transformations(
    session: SessionDep, scope: ScopeDep, page: PageDep, answering: AnsweringDep
) -> Answer:
    """How often each transformation was part of a plan."""
    rows = await TRANSFORMATIONS.read(session, Question(scope))
    return answering.show(page.cut(rows), TRANSFORMATIONS.row, rows)


@router.get("/fallbacks", response_model=PageResponse[FallbackUse], responses={**CSV})
async def read_fallbacks(
    session: SessionDep,
    scope: ScopeDep,
    page: PageDep,
    answering: AnsweringDep,
    by: FallbackGrain = FallbackGrain.REASON,
) -> Answer:
    """Why sections showed the author's text instead, also by chapter or day by day."""
    rows = await FALLBACKS.read(session, Question(scope, by))
    return answering.show(page.cut(rows), FALLBACKS.row, rows)


@router.get("/feedback", response_model=PageResponse[ChapterFeedback], responses={**CSV})
async def read_feedback(
    session: SessionDep, scope: ScopeDep, page: PageDep, answering: AnsweringDep
) -> Answer:
    """Thumbs and comments by chapter; the words are at `/api/v1/feedback/all`."""
    rows = await FEEDBACK.read(session, Question(scope))
    return answering.show(page.cut(rows), FEEDBACK.row, rows)


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
