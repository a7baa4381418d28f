"""What editions bring."""

from starlette.datastructures import State

from server.book.glossary.service import GlossaryFile
from server.core.packages import Package
from server.generation.editions.models import ChapterRevisionRow
from server.generation.editions.readers import ReaderDesk
from server.generation.editions.service import OrderDesk
from server.plan.recipes.service import load_catalogue
from server.settings import Settings


def _join(state: State) -> None:
    settings: Settings = state.settings
    state.order_desk = OrderDesk(
        readers=ReaderDesk(state.sessions),
        library=state.library,
        catalogue=load_catalogue(settings.transformations_dir),
        glossary=GlossaryFile(settings.docs_dir / "glossary.yaml"),
    )


editions = Package(tables=(ChapterRevisionRow,), join=_join)
