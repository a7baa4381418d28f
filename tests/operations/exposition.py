"""Reading Prometheus' text format, and the names in its queries."""

import re
from collections.abc import Iterable

from prometheus_client.parser import text_string_to_metric_families

SELECTOR = re.compile(r"\{[^}]*\}")
TEXT = re.compile(r'"[^"]*"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\([^)]*\)")
NAME = re.compile(r"(?<![\w:$])[a-z][a-z0-9_:]*(?![\w:(]|\s*\()")
WORDS = frozenset({"and", "or", "unless", "by", "le", "m", "h"})
DURATION = re.compile(r"\[[^\]]*\]")


def list_samples(page: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of a page by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def read_value(page: str, name: str, **labels: str) -> float:
    """The sample with exactly these labels."""
    return list_samples(page)[name, frozenset(labels.items())]


def list_names(page: str) -> set[str]:
    return {name for name, _ in list_samples(page)}


def find_names(expressions: Iterable[str]) -> set[str]:
    """The metrics that queries name; what a recording rule makes has a colon in it."""
    found = set[str]()
    for expression in expressions:
        bare = expression
        for noise in (TEXT, SELECTOR, DURATION, GROUPING):
            bare = noise.sub(" ", bare)
        found |= set(NAME.findall(bare)) - WORDS
    return {name for name in found if ":" not in name}
