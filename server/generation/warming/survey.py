"""From editions to the sections that are missing, each once. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.generation.budget.domain import SNAPSHOT
from server.generation.editions.domain import Edition, EditionInUse, Part
from server.generation.rewriting.store.domain import StoredRewrite, is_missing
from server.generation.warming.domain import Portion, Survey


@dataclass(frozen=True, slots=True)
class Stock:
    """What the store holds, and the models whose texts are as they are wanted."""

    held: Mapping[str, StoredRewrite]
    models: frozenset[str] | None = None  # None: any model's will do

    def lacks(self, key: str) -> bool:
        """Whether a model is to be asked for the first text under this key."""
        return is_missing(self.held.get(key))

    def is_outdated(self, key: str) -> bool:
        """Whether there is a text, and by another model than is asked now."""
        stored = self.held.get(key)
        if self.models is None or stored is None or stored.rewrite is None:
            return False
        if stored.pinned is not None:
            return False
        return _name_model(stored.rewrite.model) not in self.models


def name_models(models: Iterable[str]) -> frozenset[str]:
    """Name the models of a warm-up's survey, without the dates of their snapshots."""
    return frozenset(_name_model(model) for model in models)


def _name_model(model: str) -> str:
    return SNAPSHOT.sub("", model)


def survey(
    editions: Sequence[EditionInUse], stock: Stock, seen: set[str], *, at_once: int
) -> Survey:
    """What is missing of a chapter's editions, in portions of so many sections at most.

    `seen` are the keys that were counted before; those of this chapter are added to it.
    """
    sections = 0
    portions = list[Portion]()
    for wanted in editions:
        parts = list_new_parts(wanted.edition, seen)
        sections += len(parts)
        seen.update(part.key for part in parts)
        lacking = [part for part in parts if stock.lacks(part.key)]
        outdated = [part for part in parts if stock.is_outdated(part.key)]
        portions += _divide(wanted, lacking, at_once, again=False)
        portions += _divide(wanted, outdated, at_once, again=True)
    return Survey(plans=len(editions), sections=sections, portions=tuple(portions))


def list_new_parts(edition: Edition, seen: Collection[str]) -> list[Part]:
    """Those about which a model can be asked; of equal ones the first."""
    firsts = dict[str, Part]()
    for part in edition.parts:
        if part.key not in seen and part.rewritable:
            firsts.setdefault(part.key, part)
    return list(firsts.values())


def _divide(
    wanted: EditionInUse, parts: list[Part], at_once: int, *, again: bool
) -> Iterator[Portion]:
    for start in range(0, len(parts), at_once):
        yield Portion(wanted, tuple(parts[start : start + at_once]), again)
