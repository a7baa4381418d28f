"""The oracle: one long-running Node process that reads Markdown and MDX with remark."""

import fcntl
import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from os import fstat
from pathlib import Path
from types import TracebackType
from typing import TypedDict

from tests.node import find_node

FOLDER = Path(__file__).parent
MOST_REMEMBERED = 16
# What a rewrite may change: wrapping moves quote marks and line ends, and the shape holds the rest.
UNCOUNTED_KINDS = frozenset({"marker"})


class _Wire(TypedDict):
    id: int
    parses: bool
    reason: str | None
    nodes: list[tuple[str, int, int]]
    words: list[tuple[int, int]]
    shape: list[str]
    headings: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch that must survive; offsets count code points."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """What remark sees in a text."""

    text: str
    parses: bool  # MDX may not; then the nodes are those of plain Markdown
    reason: str | None
    nodes: tuple[Node, ...]
    words: tuple[tuple[int, int], ...]
    shape: tuple[str, ...]
    headings: tuple[tuple[int, str], ...]

    @cached_property
    def inventory(self) -> Counter[tuple[str, str]]:
        """Everything protected, by kind and exact characters."""
        return Counter(
            (node.kind, self.text[node.start : node.end])
            for node in self.nodes
            if node.kind not in UNCOUNTED_KINDS
        )


class Oracle:
    """A conversation with the Node process: one request, one answer."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [find_node(), "oracle.mjs"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._asked = 0
        self._remembered = dict[tuple[str, bool, str], Reading]()

    def __enter__(self) -> "Oracle":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def read(self, text: str, *, mdx: bool, dialect: str) -> Reading:
        """Read a text, or remember what was last read in it: sources are asked for often."""
        key = (text, mdx, dialect)
        if key not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = self._ask(text, mdx=mdx, dialect=dialect)
        return self._remembered[key]

    def _ask(self, text: str, *, mdx: bool, dialect: str) -> Reading:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked += 1
        request = {"id": self._asked, "text": text, "mdx": mdx, "dialect": dialect}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the oracle has stopped; its own words are above"
        answer: _Wire = json.loads(line)
        assert answer["id"] == self._asked
        return _make_reading(text, answer)


def _make_reading(text: str, answer: _Wire) -> Reading:
    return Reading(
        text=text,
        parses=answer["parses"],
        reason=answer["reason"],
        nodes=tuple(Node(*node) for node in answer["nodes"]),
        words=tuple((start, end) for start, end in answer["words"]),
        shape=tuple(answer["shape"]),
        headings=tuple((level, words) for level, words in answer["headings"]),
    )


def install() -> None:
    """Install the exact packages of package-lock.json, unless they are here already."""
    find_node()
    installed = FOLDER / "node_modules" / ".package-lock.json"
    with (FOLDER / "package-lock.json").open("rb") as wanted:
        fcntl.flock(wanted, fcntl.LOCK_EX)  # two workers of one run may come here together
        if installed.exists() and installed.stat().st_mtime >= fstat(wanted.fileno()).st_mtime:
            return
        subprocess.run(["npm", "ci"], cwd=FOLDER, check=True, capture_output=True, text=True)
