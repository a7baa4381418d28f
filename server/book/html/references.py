"""What a section needs of the rest of its chapter: link targets and footnotes written elsewhere."""

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin

from server.book.chapters.domain import Chapter
from server.book.html.mdx import drop_modules

_FOOTNOTE = re.compile(
    r"^ {0,3}\[\^(?P<label>[^\]\s]+)\]:.*\n?(?:(?: {2,}|\t).*\n?|[ \t]*\n(?=(?: {4}|\t)\S))*",
    re.MULTILINE,
)
_FOOTNOTE_USE = re.compile(r"\[\^(?P<label>[^\]\s]+)\]")
# It reads definitions only, so nothing inside of paragraphs is parsed.
_DEFINITIONS = MarkdownIt("commonmark").use(footnote_plugin).disable("inline")


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A chapter's name, how it is read, and the definitions that all its sections may use."""

    chapter_id: str
    mdx: bool
    links: EnvType
    footnotes: tuple[tuple[str, str], ...]  # label and Markdown

    def complete(self, text: str) -> str:
        """A section's text with the footnotes that it uses and that stand elsewhere."""
        text = drop_modules(text) if self.mdx else text
        own = {found["label"] for found in _FOOTNOTE.finditer(text)}
        used = {found["label"] for found in _FOOTNOTE_USE.finditer(text)} - own
        wanted = [markdown for label, markdown in self.footnotes if label in used]
        return "\n\n".join((text, *wanted)) if wanted else text


def surroundings_of(chapter: Chapter) -> Surroundings:
    """Return what rendering a section to HTML needs of its chapter; the same for the same text."""
    return _read(chapter.content, chapter.id, "mdx" if chapter.mdx else "md")


@lru_cache(maxsize=64)
def _read(content: str, chapter_id: str, ending: str) -> Surroundings:
    found: EnvType = {}
    _DEFINITIONS.parse(content, found)
    return Surroundings(
        chapter_id=chapter_id,
        mdx=ending == "mdx",
        links={"references": found.get("references", {})},
        footnotes=tuple((note["label"], note[0]) for note in _FOOTNOTE.finditer(content)),
    )
