"""HTTP for renditions by their hash: bytes that whoever has them keeps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response, status

from server.core.http.openapi import describe_problems
from server.generation.renditions.dependencies import ResourcesDep
from server.generation.renditions.reference.dependencies import PackedRenditionDep, check_reader
from server.generation.renditions.reference.domain import (
    IDENTITY,
    PackedRendition,
    choose_coding,
    is_known,
)
from server.generation.renditions.resources import Resources
from server.generation.renditions.schemas import StoredRenditionResponse

router = APIRouter(
    prefix="/renditions",
    tags=["personalization"],
    responses=describe_problems(401, 404, 422, 503),
    dependencies=[Depends(check_reader)],
)

WEEK_S = 604_800
AcceptedDep = Annotated[str | None, Header(alias="Accept-Encoding", include_in_schema=False)]
KnownDep = Annotated[
    str | None, Header(alias="If-None-Match", description="Entity tags that the caller has.")
]


@router.get(
    "/{rendition_hash}",  # noqa: FAST003
    response_model=StoredRenditionResponse,
    responses={304: {"description": "The caller has these bytes."}},
)
async def show_rendition(
    packed: PackedRenditionDep,
    resources: ResourcesDep,
    accepted: AcceptedDep = None,
    known: KnownDep = None,
) -> Response:
    """The texts of a rendition: bytes that never change, so that a browser asks for them once.

    Their SHA-256, before compression, is the hash in the address. A 404 says that nobody can make
    them any more; the chapter is then asked for once more, with `inline: true`. Where the site has
    set `RENDITIONS=private` a learner's token is asked for.
    """
    coding = choose_coding(accepted)
    headers = _write_headers(resources, packed, coding)
    if is_known(known, packed.etag(coding)):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(packed.bodies[coding], media_type="application/json", headers=headers)


@router.head("/{rendition_hash}", response_class=Response)  # noqa: FAST003
async def describe_rendition(
    packed: PackedRenditionDep, resources: ResourcesDep, accepted: AcceptedDep = None
) -> Response:
    """What a GET of the rendition would say of it."""
    coding = choose_coding(accepted)
    headers = _write_headers(resources, packed, coding)
    headers["Content-Length"] = str(len(packed.bodies[coding]))
    return Response(media_type="application/json", headers=headers)


def _write_headers(resources: Resources, packed: PackedRendition, coding: str) -> dict[str, str]:
    """A private one may be kept by its reader alone, and by nobody between."""
    headers = {
        "ETag": packed.etag(coding),
        "Vary": "Accept-Encoding",
        "Cache-Control": f"public, max-age={WEEK_S}, immutable",
        "Accept-Ranges": "none",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
    if resources.renditions_are_private:
        del headers["Access-Control-Allow-Origin"]
        headers["Vary"] = "Accept-Encoding, Authorization"
        headers["Cache-Control"] = f"private, max-age={WEEK_S}, immutable"
    return headers
