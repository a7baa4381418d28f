"""Real chapters, read as their manifest says, and what a reader that is not ours sees in them."""

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from server.book.chapters.domain import Dialect
from server.generation.rewriting.domain import Brief
from tests.corpus import CORPUS, MANIFEST
from tests.generation.rewriting.samples import make_brief

_PARSED_AS = re.compile(r"^\| ([\w.-]+)/([\w.-]+) \|.*\| (mdx|md) \|$", re.MULTILINE)

_FENCE = re.compile(
    r"^[ >\t]*(```+|~~~+)[^\n]*\n.*?^[ >\t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL
)
_INLINE = (
    re.compile(r"(?<!`)(`+)(?!`)[^\n]+?(?<!`)\1(?!`)"),  # code
    re.compile(r"!?\[[^\[\]\n]*\]\([^()\n]*\)"),  # links with their labels, images
    re.compile(r"\]\([^()\n]*\)"),  # targets
    re.compile(r"https?://[^\s<>\"'`)\]}]+"),
    re.compile(r"\$\$.+?\$\$", re.DOTALL),
    re.compile(r"(?<![\\$\w])\$[^\s$][^$\n]*\$"),
    re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL),
    re.compile(r"</?[A-Za-z][^<>\n]*>"),
    re.compile(r"^(?:import|export) [^\n]*$", re.MULTILINE),
    re.compile(r"^ {0,3}(#{1,6}) ", re.MULTILINE),
    re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)]) ", re.MULTILINE),
    re.compile(r"^ {0,3}:::+", re.MULTILINE),
    re.compile(r"^ {0,3}\|.*?\|", re.MULTILINE),
    re.compile(r"[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]"),
)


@lru_cache(maxsize=4)
def load(path: Path) -> Brief:
    return make_brief(path.read_bytes().decode(), mdx=_is_mdx(path), dialect=Dialect.DOCUSAURUS)


@lru_cache
def _parsed_as() -> dict[str, str]:
    manifest = MANIFEST.read_text(encoding="utf-8")
    return {f"{owner}+{name}": kind for owner, name, kind in _PARSED_AS.findall(manifest)}


def _is_mdx(path: Path) -> bool:
    folder = path.relative_to(CORPUS).parts[0]
    return _parsed_as().get(folder, path.suffix.removeprefix(".")) == "mdx"


def list_protected(text: str) -> Counter[str]:
    """What regular expressions alone find: fences, code, targets, images, formulas, tags, marks."""
    found = Counter(match[0] for match in _FENCE.finditer(text))
    rest = _FENCE.sub("", text)
    for pattern in _INLINE:
        found.update(_name(pattern, match[0]) for match in pattern.finditer(rest))
    return found


def _name(pattern: re.Pattern[str], text: str) -> str:
    """A label's words and a table's first cell may change; what stands around them may not."""
    if pattern is _INLINE[1]:
        return text[: text.index("[") + 1] + text[text.rindex("](") :] if text[0] != "!" else text
    return "|" if text.lstrip().startswith("|") else text
