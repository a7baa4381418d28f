"""References: link labels and footnotes without a definition, or with two."""

import re
from collections.abc import Iterator

from markdown_it.common.utils import normalizeReference

from server.book.chapters.markdown.directives import FOOTNOTE
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript, lines_of

_REFERENCE = re.compile(r"\]\[(?P<label>[^\[\]]*)\](?!\()")
_FOOTNOTE_USE = re.compile(r"(?<![\]\\])\[\^(?P<label>[^\]\s]+)\]")
_LONGEST_LABEL = 300
# `cells[i][j]` and `f(x)[0][1]` are indexes, not links.
_INDEXED = re.compile(r"[\w\])]")


def check_references(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each label that is used and not defined, or defined twice."""
    yield from _check_doubled(manuscript)
    yield from _check_links(manuscript)
    yield from _check_footnotes(manuscript)


def _check_doubled(manuscript: Manuscript) -> Iterator[Finding]:
    seen = dict[str, int]()
    for label, offset in (*_list_definitions(manuscript), *_list_footnotes(manuscript)):
        if label in seen:
            line = manuscript.lines.find_place(seen[label]).line
            sentence = f"`[{label}]` is defined in line {line} already, which counts."
            yield Finding(offset, Code.DOUBLED_DEFINITION, sentence)
        seen.setdefault(label, offset)


def _list_definitions(manuscript: Manuscript) -> Iterator[tuple[str, int]]:
    for token in manuscript.parsed.tokens:
        # `[//]: # (a remark)` is how plain Markdown writes a comment.
        if token.type == "definition" and token.meta["url"] != "#":
            label = normalizeReference(str(token.meta["label"])).lower()
            yield label, manuscript.find_line_offset(lines_of(token)[0])


def _list_footnotes(manuscript: Manuscript) -> Iterator[tuple[str, int]]:
    layout = manuscript.parsed.layout
    for token in manuscript.parsed.tokens:
        if token.type == "footnote_open":
            line = lines_of(token)[0]
            mark = FOOTNOTE.search(layout.text, layout.line_start(line), layout.line_end(line))
            if mark is not None:
                label = mark[0].partition("]:")[0].removeprefix("[").lower()
                yield label, manuscript.find_offset(mark.start())


def _check_links(manuscript: Manuscript) -> Iterator[Finding]:
    view = manuscript.views.markup
    for found in _REFERENCE.finditer(view):
        start = _find_label_start(view, found.start())
        if start is None or _INDEXED.match(view, start - 1 if start else len(view)):
            continue
        label = found["label"].strip() or view[start + 1 : found.start()]
        if label.startswith("^") or "[" in label or not label.strip():
            continue
        if normalizeReference(label) not in manuscript.parsed.definitions:
            shown = " ".join(label.split())
            sentence = f"`[{shown}]` is not defined in this chapter, so this is no link."
            yield Finding(start, Code.UNDEFINED_REFERENCE, sentence)


def _find_label_start(view: str, closing: int) -> int | None:
    """Return where the bracket opens that is closed here."""
    depth = 0
    for at in range(closing, max(closing - _LONGEST_LABEL, 0) - 1, -1):
        depth += {"]": 1, "[": -1}.get(view[at], 0)
        if depth == 0:
            return at
    return None


def _check_footnotes(manuscript: Manuscript) -> Iterator[Finding]:
    footnotes = list(_list_footnotes(manuscript))
    defined = {label for label, _ in footnotes}
    places = {offset for _, offset in footnotes}
    for use in _FOOTNOTE_USE.finditer(manuscript.views.markup):
        if use.start() not in places and f"^{use['label'].lower()}" not in defined:
            sentence = f"The footnote `[^{use['label']}]` is not defined in this chapter."
            yield Finding(use.start(), Code.UNDEFINED_FOOTNOTE, sentence)
