"""Anthropic's Message Batches, as its SDK reads them."""

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stand_in.answering import find_refusal
from tests.stand_in.anthropic_wire import AnthropicWire
from tests.stand_in.batches import Batch, Item, Outcome, Unasked, Works, are_valid
from tests.stand_in.control import StandIn
from tests.stand_in.domain import Fault
from tests.stand_in.wire import Json, Refusal, Reply, dump

_CREATED = "2026-01-01T00:00:00Z"
_EXPIRES = "2026-01-02T00:00:00Z"


class _Request(BaseModel):
    custom_id: str
    params: dict[str, object]


class _Body(BaseModel):
    requests: list[_Request]


class AnthropicBatchRoutes:
    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._wire = AnthropicWire()
        self._works = Works(stand_in, self._wire, "msgbatch")

    def routes(self) -> list[Route]:
        one = "/v1/messages/batches/{id}"
        return [
            Route("/v1/messages/batches", self._create, methods=["POST"]),
            Route(one, self._retrieve, methods=["GET"]),
            Route(f"{one}/cancel", self._cancel, methods=["POST"]),
            Route(f"{one}/results", self._results, methods=["GET"]),
        ]

    async def _create(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._wire.is_signed(headers):
            return self._refuse(Fault.HTTP_401)
        faults = self._stand_in.behaviour.find_batch_faults(self._wire.provider)
        if faults:
            refused = Fault.BATCH_REFUSED in faults
            return self._refuse(Fault.HTTP_429 if refused else Fault.HTTP_400)
        try:
            body = _Body.model_validate_json(await request.body())
        except ValidationError:
            return self._refuse(Fault.HTTP_400)
        items = [Item(entry.custom_id, entry.params) for entry in body.requests]
        if not are_valid(items):
            return self._refuse(Fault.HTTP_400)
        return JSONResponse(self._show(self._works.open(items, headers)))

    async def _retrieve(self, request: Request) -> Response:
        batch = self._works.find(request.path_params["id"])
        if batch is None:
            return self._refuse(Fault.HTTP_404)
        self._works.look(batch)
        return JSONResponse(self._show(batch))

    async def _cancel(self, request: Request) -> Response:
        batch = self._works.find(request.path_params["id"])
        if batch is None:
            return self._refuse(Fault.HTTP_404)
        batch.cancelled = not batch.ended
        return JSONResponse(self._show(batch))

    async def _results(self, request: Request) -> Response:
        batch = self._works.find(request.path_params["id"])
        if batch is None or not batch.ended:
            return self._refuse(Fault.HTTP_404)
        lines = [
            dump({"custom_id": custom_id, "result": self._write(outcome)})
            for custom_id, outcome in batch.shuffled()
        ]
        return Response("\n".join(lines) + "\n", media_type="application/x-jsonl")

    def _refuse(self, fault: Fault) -> Response:
        refusal = find_refusal(self._wire, [fault])
        assert refusal is not None
        return JSONResponse(refusal.body, refusal.status, dict(refusal.headers))

    def _show(self, batch: Batch) -> Json:
        url = f"{self._stand_in.url}/v1/messages/batches/{batch.id}/results"
        unended = "canceling" if batch.cancelled else "in_progress"
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if batch.ended else unended,
            "request_counts": _count(batch),
            "created_at": _CREATED,
            "expires_at": _EXPIRES,
            "ended_at": _CREATED if batch.ended else None,
            "cancel_initiated_at": _CREATED if batch.cancelled else None,
            "archived_at": None,
            "results_url": url if batch.ended else None,
        }

    def _write(self, outcome: Outcome) -> Json:
        if isinstance(outcome, Reply):
            return {"type": "succeeded", "message": self._wire.write(outcome)}
        if isinstance(outcome, Refusal):
            return {"type": "errored", "error": outcome.body}
        return {"type": str(outcome)}


def _count(batch: Batch) -> Json:
    """Nothing is counted as done before all of it is."""
    if not batch.ended:
        nothing = dict.fromkeys(("succeeded", "errored", "canceled", "expired"), 0)
        return {"processing": len(batch.items), **nothing}
    return {
        "processing": 0,
        "succeeded": batch.count(Reply),
        "errored": batch.count(Refusal),
        "canceled": batch.count(Unasked.CANCELED),
        "expired": batch.count(Unasked.EXPIRED),
    }
