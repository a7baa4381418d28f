"""Forms that clear stored text, and what the page that follows says of it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import RedirectResponse, Response

from server.core.database.dependencies import SessionDep
from server.generation.renditions.domain import Cleared, ClearScope
from server.staff.instruction.cache.service import clear
from server.staff.instruction.dependencies import LARGEST_ID, get_scope
from server.web.dependencies import InstructorPageDep, TrustedForm

router = APIRouter(include_in_schema=False)
logger = structlog.stdlib.get_logger(__name__)

CHAPTER_NAME = r"^[^\x00]*$"


def get_cleared(
    cleared: Annotated[int | None, Query(ge=0)] = None,
    sections: Annotated[int, Query(ge=0)] = 0,
) -> Cleared | None:
    """What the form before this page has cleared."""
    return None if cleared is None else Cleared(renditions=cleared, rewrites=sections)


def get_form_scope(
    chapter_id: Annotated[str, Form(max_length=255, pattern=CHAPTER_NAME)] = "",
    user_id: Annotated[int | None, Form(ge=1, le=LARGEST_ID)] = None,
    everything: Annotated[bool, Form(alias="all")] = False,
) -> ClearScope:
    """The same rule as the API's: a field that was left empty never clears everything."""
    return get_scope(chapter_id or None, user_id, everything)


@dataclass(frozen=True, slots=True)
class ClearForm:
    """What a form asks for, and the page that it stands on."""

    scope: Annotated[ClearScope, Depends(get_form_scope)]
    rewrites: Annotated[bool, Form()] = False
    back: Annotated[str, Form()] = ""

    @property
    def page(self) -> str:
        chapter_id = self.scope.chapter_id
        if self.back == "chapter" and chapter_id is not None:
            return f"/instructor/chapters/{quote(chapter_id)}"
        return "/instructor"


ClearedDep = Annotated[Cleared | None, Depends(get_cleared)]
ClearFormDep = Annotated[ClearForm, Depends()]


@router.post("/instructor/clear", dependencies=[TrustedForm])
async def clear_cache(
    instructor: InstructorPageDep, session: SessionDep, form: ClearFormDep
) -> Response:
    """Clear a chapter, a learner's versions or everything; said in the log with who did it."""
    cleared = await clear(session, instructor.id, form.scope, rewrites=form.rewrites)
    logger.info("cache cleared", user_id=instructor.id, scope=form.scope, cleared=cleared)
    said = f"cleared={cleared.renditions}&sections={cleared.rewrites}"
    return RedirectResponse(f"{form.page}?{said}", status_code=303)
