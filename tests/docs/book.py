"""The demonstration textbook as the tests read it: chapters, listings, links and figures."""

import ast
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from pydantic import BaseModel, ConfigDict, TypeAdapter

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = DOCS / "img"

_PARSER = (
    MarkdownIt("commonmark", {"html": True})
    .enable("table")
    .use(front_matter_plugin)
    .use(dollarmath_plugin, allow_space=False)
)
_DIRECTIVE = re.compile(r"^:::(\w*)(?:\[(.+)\])?$")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


@dataclass(frozen=True, slots=True)
class Listing:
    """A fenced block of a chapter."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class BookChapter:
    """A chapter of the textbook with what a reader meets in it."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tokens(self) -> list[Token]:
        return _PARSER.parse(self.text)

    @cached_property
    def front_matter(self) -> dict[str, object]:
        return TypeAdapter(dict[str, object]).validate_python(
            yaml.safe_load(self.tokens[0].content)
        )

    @cached_property
    def listings(self) -> list[Listing]:
        return [
            Listing(token.info.strip(), token.content, token.map[0] + 2 if token.map else 0)
            for token in self.tokens
            if token.type == "fence"
        ]

    def listings_in(self, *languages: str) -> list[Listing]:
        return [listing for listing in self.listings if listing.language in languages]

    @cached_property
    def printing_listings(self) -> list[tuple[Listing, Listing]]:
        """Programs of the standard library alone, each with the output the book shows for it."""
        pairs: list[tuple[Listing, Listing]] = []
        program: Listing | None = None
        for listing in self.listings_in("python", "text"):
            if listing.language == "python":
                program = listing
            elif program is not None and imported_modules(program.text) <= sys.stdlib_module_names:
                pairs.append((program, listing))
        return pairs

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """Level and text of each heading in reading order."""
        return [
            (int(token.tag[1]), plain_text(self.tokens[index + 1]))
            for index, token in enumerate(self.tokens)
            if token.type == "heading_open"
        ]

    @cached_property
    def anchors(self) -> set[str]:
        """The ids that a site of GitHub's kind gives the headings."""
        seen: dict[str, int] = {}
        anchors: set[str] = set()
        for _, text in self.headings:
            slug = github_slug(text)
            count = seen.get(slug, 0)
            seen[slug] = count + 1
            anchors.add(f"{slug}-{count}" if count else slug)
        return anchors

    @cached_property
    def inline(self) -> list[Token]:
        """Every inline piece: words, links, images, formulas."""
        return [
            child
            for token in self.tokens
            if token.type == "inline"
            for child in token.children or ()
        ]

    @cached_property
    def link_targets(self) -> list[str]:
        return [str(t.attrs["href"]) for t in self.inline if t.type == "link_open"]

    @cached_property
    def images(self) -> list[tuple[str, str]]:
        """Target and alternative text of each figure."""
        return [(str(t.attrs["src"]), t.content) for t in self.inline if t.type == "image"]

    @cached_property
    def directives(self) -> list[tuple[int, str]]:
        """Line number and kind of each admonition mark outside code; a closing mark has no kind."""
        fenced = {
            number
            for token in self.tokens
            if token.type == "fence" and token.map
            for number in range(*token.map)
        }
        matches = (
            (number, _DIRECTIVE.match(line))
            for number, line in enumerate(self.text.split("\n"))
            if number not in fenced
        )
        return [(number, match[1]) for number, match in matches if match]

    @cached_property
    def sections(self) -> list[tuple[str, int]]:
        """Title and number of prose words of each section of level 2."""
        counts: list[tuple[str, int]] = []
        title = ""
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open" and token.tag in ("h1", "h2"):
                title = plain_text(self.tokens[index + 1])
                counts.append((title, 0))
            elif token.type == "inline" and counts:
                counts[-1] = (title, counts[-1][1] + count_words(token))
        return counts

    @cached_property
    def words(self) -> int:
        return sum(count for _, count in self.sections)


class GlossaryEntry(BaseModel):
    """One entry of the glossary, with nothing missing and nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    term: str
    definition: str
    keep: bool
    translations: dict[str, str]


class Glossary(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: list[GlossaryEntry]


def read_glossary() -> list[GlossaryEntry]:
    loaded: object = yaml.safe_load((DOCS / "glossary.yaml").read_text(encoding="utf-8"))
    return Glossary.model_validate(loaded).terms


def imported_modules(program: str) -> set[str]:
    """The top-level modules that a program imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module.partition(".")[0])
    return modules


def plain_text(inline: Token) -> str:
    """The words of a heading or paragraph without their marks."""
    return "".join(t.content for t in inline.children or () if t.type in ("text", "code_inline"))


def count_words(inline: Token) -> int:
    """Prose words: no code, no formula, no address."""
    return sum(len(_WORD.findall(t.content)) for t in inline.children or () if t.type == "text")


def github_slug(text: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return kept.replace(" ", "-")


CHAPTERS = [BookChapter(path) for path in sorted(DOCS.glob("*.md"))]
