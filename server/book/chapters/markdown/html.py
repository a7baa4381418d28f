"""HTML: in a block of HTML, the text between the tags that lay it out is prose."""

import re
from collections.abc import Iterator, Sequence

from server.book.chapters.markdown.drafts import RunDraft, Stretch
from server.book.chapters.markdown.inline import Found
from server.book.chapters.markdown.prose import TAG_KINDS, ProseDrafter, TextLines
from server.book.chapters.markdown.tags import (
    RAW_NAMES,
    find_tag_name,
    is_component,
    is_structural,
    opens_tag,
)

# Scripts, listings, drawings, comments and declarations hold nothing to read.
_OPAQUE_BLOCK = re.compile(r"<(?:[!?]|(?:script|style|pre|textarea|svg|math)\b)", re.IGNORECASE)
_RAW_BLOCKS = frozenset({"math", "pre", "script", "style", "svg", "textarea"})
# Where Markdown is read inside the element, these lines are blocks; they must stay lines.
_BLOCK_LINE = re.compile(r"(?:\A|\n)[ \t]*(?:[-*+|#:=>]|\d{1,9}[.)][ \t]|```|~~~|!!!|\?\?\?)")


def draft_elements(prose: ProseDrafter, lines: TextLines) -> list[Stretch]:
    """Draft the text of a block of HTML as labels between protected tags.

    Where a `<` belongs to no tag, nobody can tell text from markup, and all of it is protected.
    """
    content = lines.content
    whole = Stretch(lines.place(0), lines.place(len(content)), "html")
    if _OPAQUE_BLOCK.match(content):
        return [whole]
    spans = prose.find_spans(lines)
    gaps = _list_gaps(content, spans)
    is_open = any(_is_open_raw(content[span.start : span.end]) for span in spans)
    if is_open or any("<" in gap for gap in gaps):
        return [whole]
    labels = prose.draft_labels(lines, spans, _list_fixed(content, spans, gaps))
    texts = [label for label in labels if _is_text(label)]
    return list(_fill_gaps(texts, whole, prose.layout.text))


def _list_gaps(content: str, spans: Sequence[Found]) -> list[str]:
    """Return what stands in front of each span, and behind the last."""
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(content)]
    return [content[end:start] for end, start in zip(ends, starts, strict=True)]


def _is_open_raw(tag: str) -> bool:
    name = find_tag_name(tag)
    return name in RAW_NAMES and opens_tag(tag) and not tag.endswith(f"</{name}>")


def _list_fixed(content: str, spans: Sequence[Found], gaps: Sequence[str]) -> list[Found]:
    """Return the tags that must not move: those of the layout, and those that touch no word."""
    tags = [content[span.start : span.end] if span.kind in TAG_KINDS else "" for span in spans]
    lays_out = [bool(tag) and (not index or _is_layout(tag)) for index, tag in enumerate(tags)]
    clear_before = _list_clear(lays_out, tags, [gap[::-1] for gap in gaps[:-1]])
    clear_behind = _list_clear(lays_out[::-1], tags[::-1], gaps[:0:-1])[::-1]
    return [
        span
        for index, span in enumerate(spans)
        if lays_out[index] or (tags[index] and clear_before[index] and clear_behind[index])
    ]


def _list_clear(lays_out: Sequence[bool], tags: Sequence[str], gaps: Sequence[str]) -> list[bool]:
    """Return whether from each span on no word stands before the line ends or the layout goes on.

    A gap is read from its span on.
    """
    is_clear = True
    clear = list[bool]()
    for index, gap in enumerate(gaps):
        same_line, line_end, _ = gap.partition("\n")
        is_clear = (is_clear or bool(line_end)) and not same_line.strip()
        clear.append(is_clear)
        is_clear = lays_out[index] or (is_clear and bool(tags[index]))
    return clear


def _is_layout(tag: str) -> bool:
    name = find_tag_name(tag)
    return name is None or is_component(name) or is_structural(name) or name in _RAW_BLOCKS


def _is_text(label: Stretch) -> bool:
    if not isinstance(label.content, RunDraft):
        return False
    text = "".join(part for part in label.content.parts if isinstance(part, str))
    return "\n" not in text or not _BLOCK_LINE.search(text)


def _fill_gaps(texts: Sequence[Stretch], whole: Stretch, source: str) -> Iterator[Stretch]:
    """Yield the texts, and what stands between them as one protected piece each."""
    at = whole.start
    for text in (*texts, Stretch(whole.end, whole.end, "html")):
        gap = source[at : text.start]
        if gap.strip():
            start = at + len(gap) - len(gap.lstrip())
            yield Stretch(start, at + len(gap.rstrip()), "html")
        if text.end > text.start:
            yield text
        at = text.end
