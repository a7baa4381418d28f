"""Reads the runs of a user message and writes an answer in the same elements."""

import re
from dataclasses import dataclass, replace

_SECTION = re.compile(r'<section id="([^"]*)"[^>]*>(.*?)</section>', re.DOTALL)
_PART = re.compile(r'<(run|block) id="(\d+)"(?: kind="([^"]*)")?[^>]*>(.*?)</\1>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A run or block; its text is kept as it was sent, with `&amp;` and `&lt;`."""

    tag: str
    id: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    id: str
    parts: tuple[Part, ...]

    @property
    def runs(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.tag == "run")


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one section, before it is written out."""

    id: str
    runs: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def with_runs(self, runs: tuple[Part, ...]) -> "Answered":
        return replace(self, runs=runs)

    def render(self) -> str:
        runs = [f'<run id="{run.id}">{run.text}</run>' for run in self.runs]
        return "\n".join([f'<section id="{self.id}">', *runs, *self.notes, "</section>"])


_READ = re.compile(r'<(?:pair|note) id="\d')


def read_sections(user: str) -> tuple[Asked, ...]:
    """Find the sections of the last user message; whatever else it says is for real models."""
    return tuple(Asked(id_, _read_parts(body)) for id_, body in _SECTION.findall(user))


def is_review(user: str) -> bool:
    """Whether rewrites are to be read: their runs stand in pairs, their notes have numbers."""
    return _READ.search(user) is not None


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&amp;", "&")


def _read_parts(body: str) -> tuple[Part, ...]:
    return tuple(Part(*found) for found in _PART.findall(body))
