"""OpenAI's Batch API and the files it needs, as its SDK reads them."""

from collections.abc import Sequence

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stand_in.answering import find_refusal
from tests.stand_in.batches import Batch, Item, Outcome, Unasked, Works, are_valid
from tests.stand_in.control import StandIn
from tests.stand_in.domain import UPSTREAM_TEXT, Fault
from tests.stand_in.openai_wire import OpenAIWire
from tests.stand_in.wire import Json, Refusal, Reply, dump

_CREATED = 1_760_000_000
_URL = "/v1/chat/completions"


class _Line(BaseModel):
    custom_id: str
    method: str
    url: str
    body: dict[str, object]


class OpenAIBatchRoutes:
    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._wire = OpenAIWire()
        self._works = Works(stand_in, self._wire, "batch")
        self._files: dict[str, bytes] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/v1/files", self._upload, methods=["POST"]),
            Route("/v1/files/{id}/content", self._download, methods=["GET"]),
            Route("/v1/batches", self._create, methods=["POST"]),
            Route("/v1/batches/{id}", self._retrieve, methods=["GET"]),
            Route("/v1/batches/{id}/cancel", self._cancel, methods=["POST"]),
        ]

    async def _upload(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._wire.is_signed(headers):
            return self._refuse(Fault.HTTP_401)
        async with request.form() as form:
            file = form["file"]
            if not isinstance(file, UploadFile) or form["purpose"] != "batch":
                return self._refuse(Fault.HTTP_400)
            content = await file.read()
        id_ = self._keep(content)
        shown = {
            "id": id_,
            "object": "file",
            "bytes": len(content),
            "created_at": _CREATED,
            "filename": file.filename,
            "purpose": "batch",
            "status": "processed",
        }
        return JSONResponse(shown)

    async def _download(self, request: Request) -> Response:
        content = self._files.get(request.path_params["id"])
        if content is None:
            return self._refuse(Fault.HTTP_404)
        return Response(content, media_type="application/octet-stream")

    async def _create(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = TypeAdapter(dict[str, str]).validate_json(await request.body())
        content = self._files.get(body["input_file_id"])
        if content is None or body["endpoint"] != _URL or body["completion_window"] != "24h":
            return self._refuse(Fault.HTTP_400)
        faults = self._stand_in.behaviour.find_batch_faults(self._wire.provider)
        if Fault.BATCH_REFUSED in faults:
            return self._refuse(Fault.HTTP_429)
        items = _read_items(content)
        batch = self._works.open(items, headers)
        batch.failed = Fault.BATCH_FAILED in faults or not are_valid(items)
        return JSONResponse(self._show(batch, status="validating"))

    async def _retrieve(self, request: Request) -> Response:
        batch = self._works.find(request.path_params["id"])
        if batch is None:
            return self._refuse(Fault.HTTP_404)
        if not batch.failed:
            self._works.look(batch)
        return JSONResponse(self._show(batch, status=_name_status(batch)))

    async def _cancel(self, request: Request) -> Response:
        batch = self._works.find(request.path_params["id"])
        if batch is None:
            return self._refuse(Fault.HTTP_404)
        batch.cancelled = not batch.ended
        return JSONResponse(self._show(batch, status="cancelling"))

    def _keep(self, content: bytes) -> str:
        id_ = f"file-{len(self._files) + 1:04}"
        self._files[id_] = content
        return id_

    def _refuse(self, fault: Fault) -> Response:
        refusal = find_refusal(self._wire, [fault])
        assert refusal is not None
        return JSONResponse(refusal.body, refusal.status, dict(refusal.headers))

    def _show(self, batch: Batch, *, status: str) -> Json:
        error = {"code": "invalid_json_line", "line": 1, "message": UPSTREAM_TEXT, "param": None}
        output, errors = self._write_files(batch) if batch.ended else (None, None)
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": _URL,
            "completion_window": "24h",
            "input_file_id": "file-0001",
            "status": status,
            "created_at": _CREATED,
            "errors": {"object": "list", "data": [error]} if batch.failed else None,
            "output_file_id": output,
            "error_file_id": errors,
            "request_counts": {
                "total": 0 if batch.failed else len(batch.items),
                "completed": batch.count(Reply),
                "failed": batch.count(Refusal),
            },
        }

    def _write_files(self, batch: Batch) -> tuple[str | None, str | None]:
        """The answers in one file, what went wrong in another; one without lines is not made."""
        answers, errors = list[str](), list[str]()
        for custom_id, outcome in batch.shuffled():
            if outcome is not Unasked.CANCELED:
                lines = answers if isinstance(outcome, Reply) else errors
                lines.append(dump(self._write(custom_id, outcome)) + "\n")
        return self._keep_lines(answers), self._keep_lines(errors)

    def _keep_lines(self, lines: Sequence[str]) -> str | None:
        return self._keep("".join(lines).encode()) if lines else None

    def _write(self, custom_id: str, outcome: Outcome) -> Json:
        line: dict[str, object] = {
            "id": f"batch_req_{custom_id}",
            "custom_id": custom_id,
            "response": None,
            "error": None,
        }
        if isinstance(outcome, Unasked):
            return {**line, "error": {"code": "batch_expired", "message": UPSTREAM_TEXT}}
        status, body = (
            (200, self._wire.write(outcome))
            if isinstance(outcome, Reply)
            else (outcome.status, outcome.body)
        )
        response = {"status_code": status, "request_id": f"req_{custom_id}", "body": body}
        return {**line, "response": response}


def _read_items(content: bytes) -> list[Item]:
    """The requests of a file; none when one of its lines is no request to our endpoint."""
    try:
        lines = [_Line.model_validate_json(line) for line in content.split(b"\n") if line]
    except ValidationError:
        return []
    fits = all(line.method == "POST" and line.url == _URL for line in lines)
    return [Item(line.custom_id, line.body) for line in lines] if fits else []


def _name_status(batch: Batch) -> str:
    if batch.failed:
        return "failed"
    if not batch.ended:
        return "cancelling" if batch.cancelled else "in_progress"
    if batch.cancelled:
        return "cancelled"
    return "expired" if batch.expired else "completed"
