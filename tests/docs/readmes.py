"""What the READMEs say: their commands one by one, their codes, tables, links and headings."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from typing_extensions import override

ROOT = Path(__file__).parents[2]
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """One command of a page, as a person would type it."""

    page: str
    line: int
    text: str

    @property
    def name(self) -> str:
        """The command without the comment behind it."""
        return " ".join(shlex.split(self.text, comments=True))

    @override
    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Readme:
    """A page, by its path in the repository."""

    name: str

    @property
    def path(self) -> Path:
        return ROOT / self.name

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The page without its fenced blocks."""
        return _FENCED.sub("", self.text)

    def list_blocks(self, language: str) -> list[str]:
        return [block for name, block in _FENCED.findall(self.text) if name == language]

    def list_commands(self) -> Iterator[Command]:
        for found in _FENCED.finditer(self.text):
            if found[1] == "bash":
                first = self.text.count("\n", 0, found.start(2)) + 1
                for line, text in _split(found[2]):
                    yield Command(self.name, first + line, text)

    def list_codes(self) -> list[str]:
        """What stands between backticks, on one line each."""
        return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", self.prose)]

    def list_links(self) -> list[str]:
        """The targets of links and pictures that lead to no other site."""
        targets: list[str] = re.findall(r"\]\(([^)\s]+)\)", self.prose)
        return [target for target in targets if "://" not in target]

    def list_rows(self, heading: str) -> list[str]:
        """The first cells of the table whose first column has this heading."""
        _, _, rest = self.prose.partition(f"\n| {heading} |")
        assert rest, heading
        rows = rest.partition("\n\n")[0].splitlines()[2:]
        return [row.split(" | ")[0].removeprefix("| ") for row in rows]


def list_anchors(page: str) -> set[str]:
    """What the headings of a page are called in an address."""
    titles: list[str] = re.findall(r"^#+ (.+)$", _FENCED.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _split(block: str) -> Iterator[tuple[int, str]]:
    """The commands of a block, each with the number of its first line; comments are none."""
    lines = list[str]()
    for number, line in enumerate(block.splitlines()):
        if not lines and (not line.strip() or line.startswith("#")):
            continue
        lines.append(line)
        if _is_whole(text := "\n".join(lines)):
            yield number + 1 - len(lines), text
            lines.clear()
    assert not lines, f"it never ends: {lines}"


def _is_whole(text: str) -> bool:
    """Whether a shell would wait for no more: an open quote, a backslash, a pipe."""
    try:
        return shlex.split(text, comments=True)[-1] != "|"
    except ValueError:
        return False


READMES = [
    Readme("README.md"),
    Readme("CONTRIBUTING.md"),
    Readme("frontend_plugin/README.md"),
    Readme("server/plan/transformations/catalogue/README.md"),
    Readme("server/adr/README.md"),
]
COMMANDS = [command for readme in READMES for command in readme.list_commands()]
