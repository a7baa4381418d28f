"""Whether the service lives, is ready, and what its parts say; no model is ever called."""

import asyncio
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a look at the database shows."""

    database: DatabaseState
    is_stopped: bool = False


NOTHING_SEEN = _Sight("unavailable")


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


def _judge(sight: _Sight, llm: LLMHealth) -> HealthResponse:
    status: Literal["ok", "degraded", "unavailable"] = "unavailable"
    reason = None
    if sight.database == "ok":
        reason = _find_reason(sight, llm)
        status = "ok" if reason is None else "degraded"
    state = llm.status if reason is None else "degraded"
    return HealthResponse(
        status=status,
        timestamp=datetime.now(UTC),
        services=ServicesResponse(database=sight.database, llm=state),
        reason=reason,
    )


def _find_reason(sight: _Sight, llm: LLMHealth) -> str | None:
    """Why models do not answer as they should; who stopped them is not for everybody."""
    if llm.status == "offline":
        return None
    if sight.is_stopped:
        return "All model calls are stopped."
    if llm.status == "ready":
        return None
    if {state for _, state in llm.providers} == {Failure.BUDGET}:
        return "Today's budget for models is spent."
    return ", ".join(f"{name}: {state}" for name, state in llm.providers if state != "ready")


async def _ask_database(sessions: Sessions) -> _Sight:
    """Ask, and wait no longer than our patience; not for the question's own end either."""
    question = asyncio.create_task(_look(sessions))
    answered, _ = await asyncio.wait({question}, timeout=PATIENCE_S)
    if not answered:
        question.cancel()
        return NOTHING_SEEN
    return question.result()


async def _look(sessions: Sessions) -> _Sight:
    """One read says both that the database answers and whether models are stopped."""
    try:
        async with sessions() as session:
            return _Sight("ok", is_stopped=await find_stop(session) is not None)
    except (SQLAlchemyError, OSError):
        return NOTHING_SEEN
