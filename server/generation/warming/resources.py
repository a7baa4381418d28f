"""Puts together what a warm-up works with, outside a server."""

from dataclasses import dataclass

from server.book.chapters.library import open_library
from server.core.database.engine import Sessions
from server.core.telemetry.metrics import Metrics
from server.generation.budget.domain import PriceList
from server.generation.budget.resources import (
    build_budgeted_llm,
    build_ledger,
    build_reader,
    choose_readers,
    load_prices,
)
from server.generation.editions.service import OrderDesk, open_desk
from server.generation.llm.domain import LLM, BatchLLM
from server.generation.llm.service import PROVIDERS, build_batch_llm, build_llm
from server.generation.renditions.resources import Resources, build_resources
from server.generation.review.domain import CurrentReader
from server.generation.review.service import REVIEW_DIGEST
from server.generation.warming.batches.domain import BatchDesk, Desks
from server.settings import ConfigurationError, Settings


@dataclass(frozen=True)
class Workplace:
    """What a warm-up works with; `model` is the one that is asked first, if there is any."""

    resources: Resources
    desk: OrderDesk
    prices: PriceList
    model: str | None
    reader: str | None  # the second reader's; None where nobody reads
    at_once: int  # sections that are claimed together, so that no learner waits for a whole book

    @property
    def current_reader(self) -> CurrentReader | None:
        return None if self.reader is None else CurrentReader(self.reader, REVIEW_DIGEST)


def build_workplace(settings: Settings, sessions: Sessions) -> Workplace:
    """A book, a model and a store of the command line's own."""
    if not settings.docs_dir.is_dir():
        raise ConfigurationError(
            f"DOCS_DIR ({settings.docs_dir}) is not a folder: point it at the book's chapters."
        )
    llm = build_budgeted_llm(settings, sessions)
    reader = build_reader(settings, sessions)
    resources = build_resources(
        settings, sessions, llm, metrics=Metrics(), hot_tier_mb=0, reader=reader
    )
    library = open_library(settings)
    desk = open_desk(settings, sessions, library)
    return join_workplace(settings, resources, desk)


def join_workplace(settings: Settings, resources: Resources, desk: OrderDesk) -> Workplace:
    """Join a warm-up's workplace from parts that are there already: a server's."""
    return Workplace(
        resources=resources,
        desk=desk,
        prices=load_prices(settings.llm_prices_file),
        model=find_first_model(settings),
        reader=find_first_model(choose_readers(settings)) if resources.reader else None,
        at_once=settings.llm_max_concurrency,
    )


def build_batch_desks(settings: Settings, workplace: Workplace) -> Desks:
    """The batches of every provider with a key, and of the first one's second reader.

    A provider that is not asked any more may still have batches of ours.
    """
    if workplace.model is None:
        raise ConfigurationError("No model key is set, so no batch can be handed in.")
    names = dict.fromkeys(name.lower() for name in (*settings.llm_providers, *PROVIDERS))
    every = settings.model_copy(update={"llm_providers": tuple(names)})
    llms = (build_batch_llm(every, name) for name in names)
    writers = tuple(_open_desk(settings, workplace, llm) for llm in llms if llm is not None)
    reads = workplace.resources.reader is not None
    reader = build_batch_llm(choose_readers(settings)) if reads else None
    return Desks(writers, None if reader is None else _open_desk(settings, workplace, reader))


def _open_desk(settings: Settings, workplace: Workplace, llm: BatchLLM) -> BatchDesk:
    sessions = workplace.resources.sessions
    price = workplace.prices.price_of(llm.model)
    return BatchDesk(sessions, llm, build_ledger(settings, sessions), price)


def find_first_model(settings: Settings) -> str | None:
    """The model that is asked first; None where no key is set."""
    models = list[str]()

    def note(client: LLM, model: str) -> LLM:
        models.append(model)
        return client

    build_llm(settings, note)
    return next(iter(models), None)
