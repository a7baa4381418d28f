"""From editions to the sections that are missing, each once. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.generation.budget.domain import SNAPSHOT
from server.generation.editions.domain import Edition, EditionInUse, Part, Refresh
from server.generation.review.domain import CurrentReader
from server.generation.rewriting.store.domain import StoredRewrite, is_missing
from server.generation.warming.domain import Portion, Survey


@dataclass(frozen=True, slots=True)
class Stock:
    """What the store holds, and the models whose texts are as they are wanted."""

    held: Mapping[str, StoredRewrite]
    models: frozenset[str] | None = None  # None: any model's will do
    reader: CurrentReader | None = None  # None: whoever has read a text will do

    def lacks(self, key: str) -> bool:
        """Whether a model is to be asked for the first text under this key."""
        return is_missing(self.held.get(key))

    def is_outdated(self, key: str) -> bool:
        """Whether there is a text, and by another model than is asked now."""
        stored = self.held.get(key)
        if self.models is None or stored is None or not _has_own_text(stored):
            return False
        assert stored.rewrite is not None
        return _name_model(stored.rewrite.model) not in self.models

    def is_unread(self, key: str) -> bool:
        """Whether there is a text that no second reader has read; what is pinned needs none."""
        stored = self.held.get(key)
        return stored is not None and _has_own_text(stored) and stored.review is None

    def is_read_otherwise(self, key: str) -> bool:
        """Whether another second reader than today's has read the text that is there.

        With runs of the author's put back it is as it should be, whoever has said so.
        """
        stored = self.held.get(key)
        if self.reader is None or stored is None or not _has_own_text(stored):
            return False
        return stored.review is not None and not self.reader.has_written(stored.review)


def _has_own_text(stored: StoredRewrite) -> bool:
    return stored.rewrite is not None and stored.pinned is None


def name_models(models: Iterable[str]) -> frozenset[str]:
    """Name the models of a warm-up's survey, without the dates of their snapshots."""
    return frozenset(_name_model(model) for model in models)


def _name_model(model: str) -> str:
    return SNAPSHOT.sub("", model)


def survey(
    editions: Sequence[EditionInUse],
    stock: Stock,
    seen: set[str],
    *,
    at_once: int,
    reads: bool = False,
) -> Survey:
    """What is missing of a chapter's editions, in portions of so many sections at most.

    `seen` are the keys that were counted before; those of this chapter are added to it. One that
    `reads` has what nobody has read read, and nothing written.
    """
    sections = 0
    portions = list[Portion]()
    for wanted in editions:
        parts = list_new_parts(wanted.edition, seen)
        sections += len(parts)
        seen.update(part.key for part in parts)
        for refresh, wished in _sort(parts, stock, reads=reads).items():
            portions += _divide(wanted, wished, at_once, refresh)
    return Survey(plans=len(editions), sections=sections, portions=tuple(portions))


def _sort(parts: list[Part], stock: Stock, *, reads: bool) -> dict[Refresh, list[Part]]:
    """The parts by what is to be done to them; most need nothing."""
    if reads:
        return {Refresh.READING: [part for part in parts if stock.is_unread(part.key)]}
    outdated = [part for part in parts if stock.is_outdated(part.key)]
    misread = [part for part in parts if stock.is_read_otherwise(part.key)]
    return {
        Refresh.NOTHING: [part for part in parts if stock.lacks(part.key)],
        Refresh.EVERYTHING: outdated,
        Refresh.READING_ANEW: [part for part in misread if part not in outdated],
    }


def list_new_parts(edition: Edition, seen: Collection[str]) -> list[Part]:
    """Those about which a model can be asked; of equal ones the first."""
    firsts = dict[str, Part]()
    for part in edition.parts:
        if part.key not in seen and part.rewritable:
            firsts.setdefault(part.key, part)
    return list(firsts.values())


def _divide(
    wanted: EditionInUse, parts: list[Part], at_once: int, refresh: Refresh
) -> Iterator[Portion]:
    for start in range(0, len(parts), at_once):
        yield Portion(wanted, tuple(parts[start : start + at_once]), refresh)
