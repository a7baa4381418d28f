"""What editions bring."""

from starlette.datastructures import State

from server.core.packages import Package
from server.generation.editions.models import ChapterRevisionRow
from server.generation.editions.service import open_desk


def _join(state: State) -> None:
    state.order_desk = open_desk(state.settings, state.sessions, state.library)


editions = Package(tables=(ChapterRevisionRow,), join=_join)
