"""Traces: none unless asked for; then requests, statements, calls, and nothing that they hold."""

import gzip
import sys
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from httpx import ASGITransport, AsyncClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from structlog.testing import capture_logs
from typing_extensions import override

from server.core.telemetry.traces import Tracing, build_tracing
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom
from tests.stand_in import Fault, StandIn

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(ThreadingHTTPServer):
    """Takes what an exporter sends, as a collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[str, ExportTraceServiceRequest]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for _, request in self.received
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the library asks for this name
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        request = ExportTraceServiceRequest.FromString(body)
        self.server.received.append((self.path, request))
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:  # likewise
        """Say nothing."""


@contextmanager
def collecting() -> Generator[Collector]:
    with Collector() as collector:
        thread = Thread(target=collector.serve_forever, daemon=True)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
async def traced(
    model_settings: Settings,
    collector: Collector,
    committed_database_url: str,
    stand_in: StandIn,
) -> AsyncIterator[Classroom]:
    stand_in.behave("simplified")
    settings = model_settings.model_copy(
        update={"otel_exporter_otlp_endpoint": f"{collector.address}/"}
    )
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        yield classroom


async def finish(classroom: Classroom) -> None:
    """The end of the application sends what is left."""
    async with classroom.app.router.lifespan_context(classroom.app):
        pass


def facts_of(span: Span) -> dict[str, str]:
    return {
        each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes
    }


def named(spans: Sequence[Span], start: str) -> list[Span]:
    return [span for span in spans if span.name.startswith(start)]


async def test_a_request_its_statements_and_its_calls_are_one_trace(
    traced: Classroom, collector: Collector
) -> None:
    account, headers = await traced.enrol(BEGINNER)
    await traced.read({**headers, "traceparent": TRACEPARENT, "X-Request-ID": "request-of-ada"})
    await finish(traced)

    (request,) = named(collector.spans, "POST")
    calls = named(collector.spans, "chat")
    statements = named(collector.spans, "SELECT") + named(collector.spans, "INSERT")
    assert {path for path, _ in collector.received} == {"/v1/traces"}
    assert request.name == "POST /api/v1/personalize"
    assert request.parent_span_id.hex() == "b7ad6b7169203331"
    assert facts_of(request)["request_id"] == "request-of-ada"
    assert facts_of(request)["http.response.status_code"] == "200"
    assert len(calls) == 3
    assert len(statements) > 3
    assert {span.trace_id.hex() for span in collector.spans} == {TRACEPARENT.split("-")[1]}
    assert {span.parent_span_id for span in calls} == {request.span_id}
    for call in calls:
        assert facts_of(call)["gen_ai.provider.name"] == "claude"
        assert int(facts_of(call)["gen_ai.usage.output_tokens"]) > 0

    told = str(collector.spans)
    for secret in (
        str(account.email),
        "Keep your hands away",
        "A robot senses",
        headers["Authorization"],
    ):
        assert secret not in told


async def test_what_fails_says_so(traced: Classroom, collector: Collector) -> None:
    _, headers = await traced.enrol(BEGINNER)
    traced.stand_in.misbehave(Fault.HTTP_401)
    await traced.read(headers)
    await finish(traced)

    calls = named(collector.spans, "chat")
    assert calls
    assert {call.status.message for call in calls} == {"authentication"}
    (request,) = named(collector.spans, "POST")
    assert request.status.message == ""


async def test_nothing_is_traced_unless_asked_for(settings: Settings) -> None:
    assert type(build_tracing(settings)) is Tracing


def test_without_the_extra_a_sentence_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.delitem(sys.modules, "server.core.telemetry.open_telemetry", raising=False)
    asked = settings.model_copy(update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:4318"})
    with capture_logs() as logged:
        assert type(build_tracing(asked)) is Tracing
    (line,) = logged
    assert "pip install 'chapterwise[otel]'" in line["event"]


async def test_a_collector_that_is_away_is_nobodys_problem(
    model_settings: Settings,
    committed_database_url: str,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    stand_in.behave("simplified")
    settings = model_settings.model_copy(
        update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:1"}
    )
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        transport = ASGITransport(classroom.app)
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.get("/api/v1/me", headers=headers)
        await finish(classroom)
    assert answer.status_code == 200
