"""Traces by OpenTelemetry: requests, their statements and model calls; never what is in them.

What is not set here is read by OpenTelemetry itself: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS and the rest of its standard variables.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span, use_span
from sqlalchemy import Connection, ExceptionContext, ExecutionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from server.core.telemetry.traces import Trace, Tracing

LONGEST_STATEMENT = 1000
DATABASE = "postgresql"


class OpenTelemetryTracing(Tracing):
    """A provider of our own, so that nothing that others do with theirs changes ours."""

    def __init__(self, processor: SpanProcessor) -> None:
        named = Resource.create({SERVICE_NAME: "chapterwise"})
        self._provider = TracerProvider(
            resource=named.merge(OTELResourceDetector().detect()), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("chapterwise")

    @override
    @contextmanager
    def trace_request(self, method: str, headers: Mapping[str, str]) -> Generator[Trace]:
        span = self._tracer.start_span(method, extract(headers), SpanKind.SERVER)
        with use_span(span, end_on_exit=True, record_exception=False):
            yield _SpanTrace(span)

    @override
    @contextmanager
    def trace_call(self, provider: str, model: str) -> Generator[Trace]:
        # It does not become the current one: a generator may end in another context than it began.
        span = self._tracer.start_span(f"chat {model}", kind=SpanKind.CLIENT)
        trace = _SpanTrace(span)
        trace.note(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": provider,
                "gen_ai.request.model": model,
            }
        )
        try:
            yield trace
        finally:
            span.end()

    @override
    def watch(self, engine: AsyncEngine) -> None:
        event.listen(engine.sync_engine, "before_cursor_execute", self._begin_statement)
        event.listen(engine.sync_engine, "after_cursor_execute", _end_statement)
        event.listen(engine.sync_engine, "handle_error", _fail_statement)

    @override
    def finish(self) -> None:
        self._provider.shutdown()

    def _begin_statement(
        self,
        _connection: Connection,
        _cursor: object,
        statement: str,
        _parameters: object,
        context: ExecutionContext,
        _executemany: object,
    ) -> None:
        """Only within a request: what workers ask by themselves would be noise."""
        if not get_current_span().is_recording():
            return
        operation = statement.split(maxsplit=1)[0].upper()
        span = self._tracer.start_span(f"{operation} {DATABASE}", kind=SpanKind.CLIENT)
        span.set_attribute("db.system.name", DATABASE)
        # Values are bound parameters, so that none of them stands in a statement.
        span.set_attribute("db.query.text", statement[:LONGEST_STATEMENT])
        _spans(context)[_KEY] = span


_KEY = "chapterwise.span"


def _spans(context: ExecutionContext) -> dict[str, Span]:
    """What is remembered from the beginning of a statement to its end."""
    held: dict[str, Span] = context.__dict__.setdefault("chapterwise_spans", {})
    return held


def _end_statement(
    _connection: Connection,
    _cursor: object,
    _statement: str,
    _parameters: object,
    context: ExecutionContext,
    _executemany: object,
) -> None:
    span = _spans(context).pop(_KEY, None)
    if span is not None:
        span.end()


def _fail_statement(failure: ExceptionContext) -> None:
    context = failure.execution_context
    span = _spans(context).pop(_KEY, None) if context is not None else None
    if span is not None:
        # The database's own words may hold what somebody has written.
        span.set_status(StatusCode.ERROR, type(failure.original_exception).__name__)
        span.end()


class _SpanTrace(Trace):
    def __init__(self, span: Span) -> None:
        self._span = span

    @override
    def note(self, facts: Mapping[str, str | int]) -> None:
        for name, value in facts.items():
            self._span.set_attribute(name, value)
        route = facts.get("http.route")
        if route is not None:
            self._span.update_name(f"{facts['http.request.method']} {route}")

    @override
    def fail(self, reason: str) -> None:
        self._span.set_status(StatusCode.ERROR, reason)


def export_traces(endpoint: str) -> Tracing:
    """Send spans in batches to the collector at this address, by OTLP over HTTP."""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return OpenTelemetryTracing(BatchSpanProcessor(exporter))
