"""Whether the service lives, is ready, and what its parts say; no model is ever called."""

import asyncio
from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.database.dependencies import SessionsDep
from server.database.engine import Sessions
from server.personalization.dependencies import ResourcesDep

PATIENCE_S = 2.0  # a database that takes longer to say anything is no help to a request either

DatabaseState = Literal["ok", "unavailable"]


class ServicesResponse(BaseModel):
    """`llm` is `offline` without a key, `degraded` while a provider fails."""

    database: DatabaseState
    llm: str


class HealthResponse(BaseModel):
    """`degraded` still serves: stored text and the author's own need no model."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "timestamp": "2026-11-21T10:00:00Z",
                    "services": {"database": "ok", "llm": "ready"},
                }
            ]
        }
    )

    status: Literal["ok", "degraded", "unavailable"]
    timestamp: datetime
    services: ServicesResponse


class LiveResponse(BaseModel):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"]


router = APIRouter(prefix="/health", tags=["health"])
NOT_READY: dict[int | str, dict[str, object]] = {
    503: {"model": HealthResponse, "description": "Not ready: the database does not answer"}
}


@router.get("", responses=NOT_READY)
async def read_health(
    sessions: SessionsDep, resources: ResourcesDep, response: Response
) -> HealthResponse:
    """The state of the database and of the models, from keys and breakers; 503 when not ready."""
    health = _judge(await _ask_database(sessions), resources.llm.health().status)
    response.status_code = 503 if health.status == "unavailable" else 200
    response.headers["Cache-Control"] = "no-store"
    return health


@router.get("/ready", responses=NOT_READY)
async def read_readiness(
    sessions: SessionsDep, resources: ResourcesDep, response: Response
) -> HealthResponse:
    """Whether requests should be sent here: the same answer as that of `/health`."""
    return await read_health(sessions, resources, response)


@router.get("/live")
async def read_liveness() -> LiveResponse:
    """The process answers; nothing else is asked."""
    return LiveResponse(status="ok")


def _judge(database: DatabaseState, llm: str) -> HealthResponse:
    worst: Literal["ok", "degraded", "unavailable"] = "ok"
    if llm == "degraded":
        worst = "degraded"
    if database != "ok":
        worst = "unavailable"
    return HealthResponse(
        status=worst,
        timestamp=datetime.now(UTC),
        services=ServicesResponse(database=database, llm=llm),
    )


async def _ask_database(sessions: Sessions) -> DatabaseState:
    """Ask, and wait no longer than our patience; not for the question's own end either."""
    question = asyncio.create_task(_is_answered(sessions))
    answered, _ = await asyncio.wait({question}, timeout=PATIENCE_S)
    if not answered:
        question.cancel()
        return "unavailable"
    return "ok" if question.result() else "unavailable"


async def _is_answered(sessions: Sessions) -> bool:
    try:
        async with sessions() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True
