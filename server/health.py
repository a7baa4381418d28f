"""Whether the service lives, is ready, and what its parts say; no model is ever called."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.database.dependencies import SessionsDep
from server.database.engine import Sessions
from server.personalization.dependencies import ResourcesDep

router = APIRouter(prefix="/health", tags=["health"])


class ServicesResponse(BaseModel):
    database: Literal["ok", "unavailable"]
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
    status: Literal["ok"]


@router.get("")
@router.get("/ready", responses={503: {"model": HealthResponse}})
async def read_health(
    sessions: SessionsDep, resources: ResourcesDep, response: Response
) -> HealthResponse:
    """The state of the database and of the models, from keys and breakers; 503 when not ready."""
    health = HealthResponse(
        status="ok",
        timestamp=datetime.now(UTC),
        services=ServicesResponse(
            database=await _ask_database(sessions), llm=resources.llm.health().status
        ),
    )
    if health.services.database != "ok":
        response.status_code = 503
        return health.model_copy(update={"status": "unavailable"})
    if health.services.llm == "degraded":
        return health.model_copy(update={"status": "degraded"})
    return health


@router.get("/live")
async def read_liveness() -> LiveResponse:
    """The process answers; nothing else is asked."""
    return LiveResponse(status="ok")


async def _ask_database(sessions: Sessions) -> Literal["ok", "unavailable"]:
    try:
        async with sessions() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return "unavailable"
    return "ok"
