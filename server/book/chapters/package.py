"""What the chapters bring."""

from starlette.datastructures import State

from server.book.chapters.library import open_library
from server.book.chapters.router import router
from server.core.packages import Package
from server.settings import Settings


def _join(state: State) -> None:
    settings: Settings = state.settings
    state.library = open_library(settings)


chapters = Package(routers=(router,), join=_join)
