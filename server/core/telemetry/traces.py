"""Traces: none, unless OpenTelemetry is installed and an address to send them to is set."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from server.settings import Settings

logger = structlog.stdlib.get_logger(__name__)


class Trace:
    """One piece of work; without tracing, what is said of it goes nowhere."""

    def note(self, facts: Mapping[str, str | int]) -> None:
        """Say something about the work."""

    def fail(self, reason: str) -> None:
        """Say that it came to nothing."""


UNTRACED = Trace()


class Tracing:
    """Traces nothing, at no cost."""

    @contextmanager
    def trace_request(self, _method: str, _headers: Mapping[str, str]) -> Generator[Trace]:
        """A request; what is done in the block belongs to it."""
        yield UNTRACED

    @contextmanager
    def trace_call(self, _provider: str, _model: str) -> Generator[Trace]:
        """A call of a model; the block may be left by a generator at any of its yields."""
        yield UNTRACED

    def watch(self, engine: AsyncEngine) -> None:
        """Let the statements of requests belong to their traces."""

    def finish(self) -> None:
        """Send what is still to be sent; called once, at shutdown."""


def build_tracing(settings: Settings) -> Tracing:
    """What the settings ask for; where the extra is missing, a sentence says so."""
    if not settings.otel_exporter_otlp_endpoint:
        return Tracing()
    try:
        # The packages are an extra, and take a third of a second to import.
        from server.core.telemetry.open_telemetry import export_traces  # noqa: PLC0415
    except ModuleNotFoundError:
        logger.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: "
            "pip install 'chapterwise[otel]'. The server runs without traces."
        )
        return Tracing()
    return export_traces(settings.otel_exporter_otlp_endpoint)
