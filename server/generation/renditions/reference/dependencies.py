"""Who may fetch a rendition, and which one: refused before the first byte."""

import re
from typing import Annotated

from fastapi import Depends, Path, Request

from server.book.chapters.dependencies import LibraryDep
from server.core.database.dependencies import SessionsDep
from server.generation.renditions.dependencies import ResourcesDep
from server.generation.renditions.reference.domain import PackedRendition
from server.generation.renditions.reference.service import RenditionGone, load_packed
from server.learners.accounts import service as accounts
from server.learners.accounts.dependencies import read_claims

HASH = re.compile(r"[0-9a-f]{64}")


async def check_reader(request: Request, resources: ResourcesDep, sessions: SessionsDep) -> None:
    """Anybody, as nothing of a learner is in a rendition; a learner where the site says so."""
    if resources.renditions_are_private:
        claims = await read_claims(request)
        await accounts.admit(sessions, claims.user_id)


async def find_rendition(
    rendition_hash: Annotated[str, Path(description="The hash of its canonical form.")],
    resources: ResourcesDep,
    library: LibraryDep,
) -> PackedRendition:
    """The rendition with this hash; raise RenditionGone."""
    if not HASH.fullmatch(rendition_hash):
        raise RenditionGone
    return await load_packed(resources, library, rendition_hash)


PackedRenditionDep = Annotated[PackedRendition, Depends(find_rendition)]
