"""Natives: blocks that a page keeps as its site has rendered them, and how each is known."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from server.book.chapters.domain import RunKind, Span
from server.book.chapters.markdown.drafts import RunDraft, Stretch, Unit
from server.book.chapters.markdown.tags import is_component
from server.book.chapters.pages.elements import is_hidden, is_plain_markup, list_names, read_flow

Likeness = tuple[tuple[str, ...], ...]

# Of the spans inside a sentence, those that a browser cannot render from Markdown.
_SPANS_OF_THE_SITE = frozenset({"jsx", "expression"})
_TAG_START = re.compile(r"</?[A-Za-z]")
_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^\s`{]*)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LAST_LINE_END = re.compile(r"(?:\r\n|\r|\n)\Z")
_INDENT_OF_CODE = 4
_FORMULA = re.compile(r"\A\$\$(?P<tex>.*?)\$\$[^$]*\Z", re.DOTALL)


def has_prose(units: Sequence[Unit], texts: Sequence[str]) -> bool:
    """Whether a page's block has words that a rewrite may change; a picture's own do not count."""
    stretches = [stretch for unit in units for stretch in unit.stretches]
    if not any(isinstance(stretch.content, RunDraft) for stretch in stretches):
        return False
    return name_kind(units, texts) != "image"


def is_renderable(units: Sequence[Unit], texts: Sequence[str]) -> bool:
    """Whether a browser can render a block from its Markdown."""
    return all(
        _is_renderable(stretch, text, unit)
        for unit, text in zip(units, texts, strict=True)
        for stretch in unit.stretches
        if not is_hidden(unit, text)
    )


def _is_renderable(stretch: Stretch, text: str, unit: Unit) -> bool:
    content = stretch.content
    if isinstance(content, RunDraft):
        return all(_is_renderable_span(part) for part in content.parts if isinstance(part, Span))
    source = text[stretch.start - unit.start : stretch.end - unit.start]
    if content in {"html", "jsx", "opaque"}:
        return is_plain_markup(source)
    is_listing = content == "code" and _FENCE.match(source)
    return is_listing is not None or not _TAG_START.search(source)


def _is_renderable_span(span: Span) -> bool:
    if span.kind == "html":
        return is_plain_markup(span.source)
    return span.kind not in _SPANS_OF_THE_SITE


def name_kind(units: Sequence[Unit], texts: Sequence[str]) -> str:
    """Return what a native block is: the kind of its first unit, said more exactly."""
    unit, text = units[0], texts[0]
    if unit.kind == "code":
        fence = _FENCE.match(text)
        return "mermaid" if fence and fence["language"] == "mermaid" else "code"
    if unit.kind in {"html", "jsx"}:
        return _name_markup(text)
    if unit.kind == "prose":
        return _name_paragraph(unit, text)
    return unit.kind


def _name_markup(text: str) -> str:
    names = list_names(text)
    return "html" if names and not any(map(is_component, names)) else "jsx"


def _name_paragraph(unit: Unit, text: str) -> str:
    kinds = {
        content.kind if isinstance(content := stretch.content, RunDraft) else content
        for stretch in unit.stretches
    }
    if "image" in kinds and kinds <= {"image", RunKind.LABEL}:
        return "image"
    flow = read_flow(text)
    return _name_markup(text) if flow.nodes and not flow.has_words else "prose"


def describe_likeness(units: Sequence[Unit], texts: Sequence[str]) -> Likeness:
    """Return what a block has in common with its rewrites: all but the words.

    Paragraphs of one passage may be merged, split and reordered with what stands in them.
    """
    pairs = zip(units, texts, strict=True)
    grouped = groupby(pairs, key=lambda pair: pair[0].passage is not None)
    return tuple(
        part
        for is_passage, group in grouped
        for part in (_list_of_passage(group) if is_passage else _list_skeleton(group))
    )


def _list_of_passage(group: Iterable[tuple[Unit, str]]) -> Iterator[tuple[str, ...]]:
    """Yield what stands between the words; a passage that has nothing else may be gone."""
    stretches = (stretch for unit, _ in group for stretch in unit.stretches)
    if spans := sorted(span.source for each in stretches for span in _spans_of(each)):
        yield ("passage", *spans)


def _list_skeleton(group: Iterable[tuple[Unit, str]]) -> Iterator[tuple[str, ...]]:
    for unit, text in group:
        yield (unit.kind,)
        for stretch in unit.stretches:
            content = stretch.content
            if isinstance(content, RunDraft):
                yield (content.kind.value, *sorted(span.source for span in _spans_of(stretch)))
            else:
                start, end = stretch.start - unit.start, stretch.end - unit.start
                yield content, text[start:end].strip()


def _spans_of(stretch: Stretch) -> list[Span]:
    content = stretch.content
    parts = content.parts if isinstance(content, RunDraft) else ()
    return [part for part in parts if isinstance(part, Span)]


def find_text(kind: str, source: str) -> str:
    """Return the text that a native element is known by on the page."""
    if kind in {"code", "mermaid"}:
        return _find_code(source)
    if kind == "math" and (formula := _FORMULA.match(source.strip())):
        return formula["tex"].strip()
    return source.strip()


def _find_code(source: str) -> str:
    """Return what stands between the fences, without their indentation and the last line end."""
    lines = _LINE.findall(source)
    fence = _FENCE.match(lines[0])
    if fence is None:
        indented = (_dedent(line, _INDENT_OF_CODE) for line in lines)
        return "".join(indented).rstrip("\r\n")
    indent = len(fence["indent"])
    code = [_dedent(line, indent) for line in _list_until_closed(lines[1:], fence["fence"])]
    return _LAST_LINE_END.sub("", "".join(code))


def _list_until_closed(lines: Sequence[str], fence: str) -> Iterator[str]:
    for line in lines:
        mark = line.strip()
        if mark.startswith(fence) and not mark.strip(fence[0]):
            return
        yield line


def _dedent(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip(" \t"))) :]
