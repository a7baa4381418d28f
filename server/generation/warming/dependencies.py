"""What the routes of warm-up work with."""

from typing import Annotated

from fastapi import Depends

from server.core.packages import find_part
from server.generation.warming.domain import Wish
from server.generation.warming.resources import Workplace
from server.generation.warming.schemas import WarmRequest
from server.generation.warming.service import check_wish


def read_wish(body: WarmRequest) -> Wish:
    """422 for a language that is none."""
    return check_wish(body.to_wish())


WorkplaceDep = Annotated[Workplace, Depends(find_part("workplace", Workplace))]
WishDep = Annotated[Wish, Depends(read_wish)]
