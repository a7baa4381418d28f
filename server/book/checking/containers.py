"""Tags: components and elements that nothing closes, and closing tags of nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.book.chapters.markdown.tags import (
    TagScanner,
    closes_tag,
    find_tag_name,
    is_component,
    opens_tag,
)
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript
from server.book.checking.views import blank

_STOP = re.compile(r"[<{]")
_ANGLED_TARGET = re.compile(r"\]\([ \t]*<[^<>\r\n]+>")
_RAW = frozenset({"script", "style", "textarea", "svg", "math"})
# HTML lets these stand without their end; MDX does not.
_OPTIONAL_END = frozenset(
    [
        "body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp",
        "rt", "tbody", "td", "tfoot", "th", "thead", "tr",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    end: int
    name: str
    source: str


def check_tags(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield tags without their partners, in the order in which they turn up."""
    opened = list[_Tag]()
    for tag in _list_tags(manuscript):
        if opens_tag(tag.source):
            opened.append(tag)
        elif closes_tag(tag.source):
            names = [each.name for each in opened]
            if tag.name not in names:
                yield from _report_stray(manuscript, tag)
                continue
            at = len(names) - 1 - names[::-1].index(tag.name)
            for inner in opened[at + 1 :]:
                yield from _report_unclosed(manuscript, inner)
            del opened[at:]
    for tag in opened:
        yield from _report_unclosed(manuscript, tag)


def _list_tags(manuscript: Manuscript) -> Iterator[_Tag]:
    """Yield the tags of the text, without those in code, comments and expressions."""
    view = _ANGLED_TARGET.sub(lambda found: blank(found[0]), manuscript.views.markup)
    view = view.replace("\r", "\n")
    scanner = TagScanner(view)
    at = 0
    while stop := _STOP.search(view, at):
        at = stop.end()
        if stop[0] == "{":
            # Only MDX has expressions; elsewhere a brace is a character like others.
            at = (scanner.find_braces_end(stop.start()) if manuscript.mdx else None) or at
            continue
        end = scanner.find_tag_end(stop.start())
        if end is None:
            continue
        source = view[stop.start() : end]
        name = find_tag_name(source)
        at = end
        if name is None:
            continue
        name = name if is_component(name) else name.lower()
        yield _Tag(stop.start(), end, name, source)
        if name in _RAW and opens_tag(source):
            at = max((scanner.find_after(f"</{name}", end) or end) - len(name) - 2, end)


def _report_unclosed(manuscript: Manuscript, tag: _Tag) -> Iterator[Finding]:
    if manuscript.mdx or is_component(tag.name):
        yield Finding(
            tag.start,
            Code.UNCLOSED_TAG,
            f"`<{tag.name}>` is never closed: `</{tag.name}>` is missing.",
        )
    elif tag.name not in _OPTIONAL_END:
        sentence = f"`<{tag.name}>` is never closed; where it is meant as text, write `\\<`."
        yield Finding(tag.start, Code.UNCLOSED_ELEMENT, sentence)


def _report_stray(manuscript: Manuscript, tag: _Tag) -> Iterator[Finding]:
    is_strict = manuscript.mdx or is_component(tag.name)
    code = Code.STRAY_TAG if is_strict else Code.STRAY_ELEMENT
    yield Finding(
        tag.start, code, f"`</{tag.name}>` closes nothing: there is no open `<{tag.name}>`."
    )
