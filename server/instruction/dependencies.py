"""What an instructor wants cleared, or the refusal."""

from typing import Annotated

from fastapi import Depends, Query

from server.errors import FieldError, InvalidInput
from server.personalization.domain import ClearScope

LARGEST_ID = 2**31 - 1  # ids are PostgreSQL integers


def get_scope(
    chapter_id: Annotated[
        str | None,
        Query(description="Clear one chapter.", max_length=255, pattern=r"^[^\x00]+$"),
    ] = None,
    user_id: Annotated[
        int | None,
        Query(description="Clear one learner's renditions.", ge=1, le=LARGEST_ID),
    ] = None,
    everything: Annotated[bool, Query(alias="all", description="Clear all.")] = False,
) -> ClearScope:
    """Exactly one of the three, so that a forgotten word never clears everything."""
    given = [chapter_id is not None, user_id is not None, everything]
    if sum(given) != 1:
        raise InvalidInput(
            "Say exactly one of chapter_id, user_id or all=true.",
            fields=[FieldError("query", "exactly one of chapter_id, user_id, all=true")],
        )
    return ClearScope(chapter_id=chapter_id, user_id=user_id)


ScopeDep = Annotated[ClearScope, Depends(get_scope)]
