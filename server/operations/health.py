"""Whether the service lives, is ready, and what its parts say; no model is ever called."""

import asyncio
from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from server.core.database.dependencies import SessionsDep
from server.core.database.engine import Sessions
from server.core.http.examples import Examples
from server.generation.budget.service import find_stop
from server.generation.llm.domain import Failure, LLMHealth
from server.generation.renditions.dependencies import ResourcesDep

PATIENCE_S = 2.0  # a database that takes longer to say anything is no help to a request either

EXAMPLES = Examples(__file__)

DatabaseState = Literal["ok", "unavailable"]


class ServicesResponse(BaseModel):
    """`llm` is `offline` without a key, `degraded` while a provider fails or may not be asked."""

    database: DatabaseState
    llm: str


class HealthResponse(BaseModel):
    """`degraded` still serves: stored text and the author's own need no model."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("HealthResponse"))

    status: Literal["ok", "degraded", "unavailable"]
    timestamp: datetime
    services: ServicesResponse
    reason: str | None = None  # why it is degraded; left out otherwise


class LiveResponse(BaseModel):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("LiveResponse"))

    status: Literal["ok"]


router = APIRouter(prefix="/health", tags=["health"])
NOT_READY: dict[int | str, dict[str, object]] = {
    503: {"model": HealthResponse, "description": "Not ready: the database does not answer"}
}


@router.get("", responses=NOT_READY, response_model_exclude_none=True)
async def read_health(
    sessions: SessionsDep, resources: ResourcesDep, response: Response
) -> HealthResponse:
    """The state of the database and of the models; 503 when not ready.

    Of models it says what is known without calling one: from keys, the switch, and what has become
    of the last calls that this worker made.
    """
    health = await check_health(sessions, resources.llm.health())
    response.status_code = 503 if health.status == "unavailable" else 200
    response.headers["Cache-Control"] = "no-store"
    return health


@router.get("/ready", responses=NOT_READY, response_model_exclude_none=True)
async def read_readiness(
    sessions: SessionsDep, resources: ResourcesDep, response: Response
) -> HealthResponse:
    """Whether requests should be sent here: the same answer as that of `/health`."""
    return await read_health(sessions, resources, response)


@router.get("/live")
async def read_liveness() -> LiveResponse:
    """The process answers; nothing else is asked."""
    return LiveResponse(status="ok")


async def check_health(sessions: Sessions, llm: LLMHealth) -> HealthResponse:
    """The judgement, for whoever shows it to people."""
    return _judge(await _ask_database(sessions), llm)


def _judge(is_stopped: bool | None, llm: LLMHealth) -> HealthResponse:
    status: Literal["ok", "degraded", "unavailable"] = "unavailable"
    reason = None
    if is_stopped is not None:
        reason = _find_reason(llm, is_stopped=is_stopped)
        status = "ok" if reason is None else "degraded"
    state = llm.status if reason is None else "degraded"
    return HealthResponse(
        status=status,
        timestamp=datetime.now(UTC),
        services=ServicesResponse(
            database="unavailable" if is_stopped is None else "ok", llm=state
        ),
        reason=reason,
    )


def _find_reason(llm: LLMHealth, *, is_stopped: bool) -> str | None:
    """Why models do not answer as they should; who stopped them is not for everybody."""
    if llm.status == "offline":
        return None
    if is_stopped:
        return "All model calls are stopped."
    if llm.status == "ready":
        return None
    if {state for _, state in llm.providers} == {Failure.BUDGET}:
        return "Today's budget for models is spent."
    return ", ".join(f"{name}: {state}" for name, state in llm.providers if state != "ready")


async def _ask_database(sessions: Sessions) -> bool | None:
    """Ask, and wait no longer than our patience; not for the question's own end either."""
    question = asyncio.create_task(_look(sessions))
    answered, _ = await asyncio.wait({question}, timeout=PATIENCE_S)
    if not answered:
        question.cancel()
        return None
    return question.result()


async def _look(sessions: Sessions) -> bool | None:
    """Whether models are stopped, by which the database also says that it answers; else None."""
    try:
        async with sessions() as session:
            return await find_stop(session) is not None
    except (SQLAlchemyError, OSError):
        return None
