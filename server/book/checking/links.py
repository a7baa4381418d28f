"""Links: targets inside the book that are not there."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import pairwise
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from markdown_it.common.utils import normalizeReference

from server.book.chapters.domain import Dialect
from server.book.chapters.markdown.directives import FOOTNOTE
from server.book.checking.domain import ChapterFile, Code, Finding, Link, Problem, Targets
from server.book.checking.manuscripts import Manuscript, PlacedHeading, lines_of, list_headings

_TARGET = re.compile(
    r"\]\([ \t]*(?:<(?P<angled>[^<>\n]+)>|(?P<plain>[^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*))"
)
_ATTRIBUTE = re.compile(
    r"<(?P<tag>[A-Za-z][\w.]*)\b[^<>{}]*?\s(?:src|href)=[\"'](?P<url>[^\"'\n]+)[\"']"
)
_HTML_ID = re.compile(r"\s(?:id|name)=[\"'{`]*(?P<id>[^\"'`{}\s>]+)")
_MARKED_ID = re.compile(
    r"\{[:/*]*[ \t]*#(?P<id>[^\s{}*]+)|\[\[(?P<anchor>[^\[\]]+)\]\]|^\((?P<myst>[\w:.-]+)\)=",
    re.MULTILINE,
)
# Text that comes from other files brings anchors of its own; MyST looks for them everywhere.
_INCLUSION = re.compile(
    r"--8<--|\{%[ \t]*include|^import\b[^\n]*\.mdx?[\"']|^\([^()\s]+\)=|^(?:```+|:::+)\{[a-z]",
    re.MULTILINE,
)
_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//|/|@|~|\{|#?$)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LONGEST_LABEL = 999
_CHAPTER_ENDINGS = frozenset({".md", ".mdx", ".markdown"})
# What a site builds has no file here.
_BUILT_ENDINGS = frozenset({"", ".html", ".htm", ".php", ".xml"})
_FOOTNOTE_ANCHOR = re.compile(r"fn|user-content-|footnote|L\d|:~:|top\Z")


def find_targets(manuscript: Manuscript) -> Targets:
    """Return what may be linked to in this chapter, and what it links to."""
    return Targets(
        anchors=frozenset(_list_anchors(manuscript)),
        takes_in_others=_INCLUSION.search(manuscript.text) is not None,
        links=tuple(_list_links(manuscript)),
    )


def check_links(files: Sequence[ChapterFile], targets: Mapping[str, Targets]) -> Iterator[Problem]:
    """Yield each link of the book to a file or heading that does not exist."""
    by_path = {os.path.normpath(file.path): file for file in files}
    for file in files:
        for link in targets[file.name].links:
            if problem := _check_link(file, link, by_path, targets):
                yield problem


def _check_link(
    file: ChapterFile,
    link: Link,
    by_path: Mapping[str, ChapterFile],
    targets: Mapping[str, Targets],
) -> Problem | None:
    path, _, fragment = link.target.partition("#")
    path = unquote(path.partition("?")[0])
    other: ChapterFile | None = file
    if path:
        ending = PurePosixPath(path).suffix.lower()
        if ending in _BUILT_ENDINGS or path.endswith("/"):
            return None
        place = os.path.normpath(file.path.parent / path)
        if not _exists(place):
            what = "image" if link.is_image else "file"
            sentence = f"There is no {what} `{path}` beside this chapter."
            return Problem(file.name, link.line, link.column, Code.MISSING_FILE, sentence)
        other = by_path.get(place) if ending in _CHAPTER_ENDINGS else None
    if other is None or not fragment or _has_anchor(targets[other.name], unquote(fragment)):
        return None
    where = "this chapter" if other is file else f"`{other.name}`"
    sentence = f"There is no heading or anchor `#{unquote(fragment)}` in {where}."
    return Problem(file.name, link.line, link.column, Code.MISSING_ANCHOR, sentence)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _has_anchor(targets: Targets, fragment: str) -> bool:
    known = targets.takes_in_others or fragment in targets.anchors
    return known or _FOOTNOTE_ANCHOR.match(fragment) is not None


def _list_links(manuscript: Manuscript) -> Iterator[Link]:
    view = manuscript.views.markup
    for found in _TARGET.finditer(view):
        group = "angled" if found["angled"] else "plain"
        is_image = view.startswith("!", _find_bracket(view, found.start()) - 1)
        yield from _make_link(manuscript, found[group], found.start(group), is_image=is_image)
    for found in _ATTRIBUTE.finditer(view):
        is_image = found["tag"].lower() == "img"
        yield from _make_link(manuscript, found["url"], found.start("url"), is_image=is_image)
    for token in manuscript.parsed.tokens:
        if token.type == "definition":
            offset = manuscript.find_line_offset(lines_of(token)[0])
            yield from _make_link(manuscript, str(token.meta["url"]), offset, is_image=False)


def _make_link(
    manuscript: Manuscript, target: str, offset: int, *, is_image: bool
) -> Iterator[Link]:
    target = _ESCAPE.sub(r"\1", unescape(target))
    if not _SCHEME.match(target):
        place = manuscript.find_place(offset)
        yield Link(place.line, place.column, target, is_image)


def _find_bracket(view: str, closing: int) -> int:
    """Return where the label opens that closes here."""
    return view.rfind("[", max(closing - _LONGEST_LABEL, 0), closing)


def _list_anchors(manuscript: Manuscript) -> Iterator[str]:
    seen = Counter[str]()
    for heading in list_headings(manuscript):
        yield heading.id
        if manuscript.dialect is Dialect.MKDOCS:
            slug = make_mkdocs_slug(heading.text)
            yield f"{slug}_{seen[slug]}" if seen[slug] else slug
            seen[slug] += 1
    for found in _HTML_ID.finditer(manuscript.views.markup):
        yield found["id"]
    for found in _MARKED_ID.finditer(manuscript.views.markup):
        yield found["id"] or found["anchor"] or found["myst"]


def make_mkdocs_slug(text: str) -> str:
    """Return the anchor that MkDocs gives to a heading, without regard to others."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^\w\s-]", "", plain).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


_REFERENCE = re.compile(r"\]\[(?P<label>[^\[\]]*)\](?!\()")
_FOOTNOTE_USE = re.compile(r"(?<![\]\\])\[\^(?P<label>[^\]\s]+)\]")
_LONGEST_BRACKET = 300
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
            line = manuscript.find_place(seen[label]).line
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
    for at in range(closing, max(closing - _LONGEST_BRACKET, 0) - 1, -1):
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


def check_headings(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield headings that cannot be linked to, or that skip a level."""
    headings = list_headings(manuscript)
    yield from _check_ids(manuscript, headings)
    yield from _check_levels([heading for heading in headings if heading.is_top_level])


def _check_ids(manuscript: Manuscript, headings: Sequence[PlacedHeading]) -> Iterator[Finding]:
    first = dict[str, PlacedHeading]()
    for heading in headings:
        if not heading.id or heading.id not in first:
            first.setdefault(heading.id, heading)
            continue
        other = first[heading.id]
        line = manuscript.find_place(other.start).line
        if heading.is_explicit and other.is_explicit:
            sentence = f"The id `{heading.id}` is that of the heading in line {line} too."
            yield Finding(heading.start, Code.DUPLICATE_HEADING_ID, sentence)
        else:
            sentence = f"This heading and the one in line {line} both get the id `{heading.id}`."
            yield Finding(heading.start, Code.HEADING_ID_COLLISION, sentence)


def _check_levels(headings: Sequence[PlacedHeading]) -> Iterator[Finding]:
    for above, heading in pairwise(headings):
        if heading.level > above.level + 1:
            sentence = (
                f"A heading of level {heading.level} follows one of level {above.level}: "
                f"level {above.level + 1} is left out."
            )
            yield Finding(heading.start, Code.HEADING_JUMP, sentence)
