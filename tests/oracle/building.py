"""A site's own reading of a chapter: Docusaurus' loader in Node, with the packages of the theme."""

import fcntl
import json
import subprocess
from dataclasses import dataclass
from types import TracebackType
from typing import TypedDict

from tests.node import find_node
from tests.oracle.reading import FOLDER
from tests.site.building import KEPT, PLUGIN

INSTALLED = PLUGIN / "node_modules" / ".package-lock.json"  # npm writes it at the very end
FOOTNOTES = "Footnotes"  # the heading of the list that the loader adds behind the page


class _Wire(TypedDict):
    id: int
    compiles: bool
    reason: str | None
    elements: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Element:
    """A top-level element of a page: the name of its tag or component, and its words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """What the site makes of a chapter; a reason and nothing else where it makes nothing."""

    reason: str | None
    elements: tuple[Element, ...]


class Builder:
    """A conversation with the Node process: one chapter, one page."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [find_node(), "page.mjs"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._asked = 0

    def __enter__(self) -> "Builder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def build(self, text: str, *, mdx: bool) -> BuiltPage:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked += 1
        request = {"id": self._asked, "text": text, "format": "mdx" if mdx else "md"}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the builder has stopped; its own words are above"
        answer: _Wire = json.loads(line)
        assert answer["id"] == self._asked
        elements = tuple(Element(name, words) for name, words in answer["elements"])
        return BuiltPage(answer["reason"], _without_footnotes(elements))


def _without_footnotes(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    if elements and elements[-1].name == "section" and elements[-1].words.startswith(FOOTNOTES):
        return elements[:-1]
    return elements


def install_theme() -> None:
    """Install the theme's packages unless they are here; who builds the site does so too."""
    find_node()
    if INSTALLED.exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not INSTALLED.exists():
            subprocess.run(["npm", "ci"], cwd=PLUGIN, check=True, capture_output=True, text=True)
