"""`GET /metrics` for Prometheus, at the root and behind a token of its own."""

from secrets import compare_digest

from fastapi import APIRouter, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from server.errors import NotFound, NotSignedIn
from server.personalization.dependencies import ResourcesDep
from server.settings import Environment, Settings

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def read_metrics(request: Request, resources: ResourcesDep) -> Response:
    """The counters of all workers of this host; without METRICS_TOKEN only in development."""
    _check_token(request)
    page = resources.metrics.expose()
    headers = {"Cache-Control": "no-store"}
    return Response(page, media_type=CONTENT_TYPE_PLAIN_0_0_4, headers=headers)


def _check_token(request: Request) -> None:
    settings: Settings = request.app.state.settings
    wanted = settings.metrics_token.get_secret_value()
    if not wanted:
        if settings.environment is Environment.PRODUCTION:
            raise NotFound("Set METRICS_TOKEN to open the metrics.")
        return
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer" or not compare_digest(token.encode(), wanted.encode()):
        raise NotSignedIn("The metrics need their own token.")
