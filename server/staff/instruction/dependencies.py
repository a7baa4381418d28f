"""What an instructor wants done or listed, or the refusal."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from server.core.auditing.domain import ActFilter, ActKind
from server.core.database.dependencies import SessionDep
from server.errors import FieldError, InvalidInput
from server.generation.renditions.cache.domain import ClearScope
from server.generation.renditions.dependencies import OrderDeskDep
from server.learners.accounts.dependencies import InstructorDep
from server.learners.accounts.domain import AccountRole
from server.staff.instruction.acts.service import Bench

LARGEST_PAGE = 200
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
    """Return what `DELETE /cache` is to clear: exactly one of the three."""
    given = [chapter_id is not None, user_id is not None, everything]
    if sum(given) != 1:
        raise InvalidInput(
            "Say exactly one of chapter_id, user_id or all=true.",
            fields=[FieldError("query", "exactly one of chapter_id, user_id, all=true")],
        )
    return ClearScope(chapter_id=chapter_id, user_id=user_id)


ScopeDep = Annotated[ClearScope, Depends(get_scope)]


def get_bench(instructor: InstructorDep, session: SessionDep, desk: OrderDeskDep) -> Bench:
    """Where this instructor acts: all in the request's own transaction."""
    return Bench(session, desk, instructor)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list."""

    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50
    offset: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0


def get_act_filter(
    reader: InstructorDep,
    chapter_id: Annotated[str | None, Query(max_length=255, pattern=r"^[^\x00]+$")] = None,
    act: Annotated[ActKind | None, Query()] = None,
    user_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> ActFilter:
    """Which acts are asked for; those that are done to accounts are shown to admins."""
    is_admin = reader.role.includes(AccountRole.ADMIN)
    return ActFilter(chapter_id, act, user_id, with_accounts=is_admin)


ActFilterDep = Annotated[ActFilter, Depends(get_act_filter)]
BenchDep = Annotated[Bench, Depends(get_bench)]
PageDep = Annotated[Page, Depends()]
