"""Prose: the text of one paragraph, heading, cell or label becomes runs and protected spans."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from server.chapters.domain import RunKind, Span
from server.chapters.drafts import RunDraft, Stretch
from server.chapters.inline import Found, InlineRules, find_spans
from server.chapters.layout import Layout
from server.chapters.tags import (
    closes_tag,
    find_tag_name,
    is_component,
    is_structural,
    opens_tag,
)

_SPACE = " \t\n"
_NOT_PREFIX = re.compile(r"[^> \t]")
_TAG_KINDS = frozenset({"html", "jsx"})
# What is worth reading where a paragraph, cell or item holds no prose at all.
_TELLING_KINDS = {
    "code": "code",
    "math": "math",
    "image": "image",
    "html": "html",
    "jsx": "jsx",
    "expression": "jsx",
}


@dataclass(frozen=True, slots=True)
class TextLines:
    """The text of a block without the markers of its containers, and where each line stood."""

    content: str
    offsets: tuple[int, ...]  # of each line in `content`
    starts: tuple[int, ...]  # of each line in the chapter

    @classmethod
    def of_lines(cls, layout: Layout, starts: Sequence[int], lines: range) -> "TextLines":
        """Take whole lines, from where their own text starts."""
        texts = [layout.text[starts[line] : layout.line_end(line)] for line in lines]
        texts[-1] = texts[-1].rstrip(_SPACE)
        offsets = [0]
        for text in texts[:-1]:
            offsets.append(offsets[-1] + len(text) + 1)
        return cls("\n".join(texts), tuple(offsets), tuple(starts[line] for line in lines))

    @classmethod
    def of_slice(cls, layout: Layout, start: int, end: int) -> "TextLines":
        """Take a part of one line."""
        return cls(layout.text[start:end], (0,), (start,))

    def without(self, length: int) -> "TextLines":
        """Return the text behind its first characters, which may reach into the next line."""
        kept = [index for index, offset in enumerate(self.offsets) if offset >= length]
        offsets = [0, *(self.offsets[index] - length for index in kept)]
        starts = [self.place(length), *(self.starts[index] for index in kept)]
        return TextLines(self.content[length:], tuple(offsets), tuple(starts))

    def place(self, offset: int) -> int:
        """Return where in the chapter a character of the content stands."""
        line = bisect_right(self.offsets, offset) - 1
        return self.starts[line] + offset - self.offsets[line]


def find_prefix(layout: Layout, start: int) -> str:
    """Return what begins each further line of a text that starts here: `> `, an indent."""
    lead = layout.text[layout.line_start(layout.line_at(start)) : start]
    return _NOT_PREFIX.sub(" ", lead)


@dataclass(frozen=True, slots=True)
class ProseDrafter:
    """Drafts runs from the texts of one chapter."""

    layout: Layout
    rules: InlineRules

    def find_spans(self, lines: TextLines) -> list[Found]:
        """Return the protected stretches of a text."""
        return find_spans(lines.content, self.rules)

    def draft_run(
        self, lines: TextLines, spans: Sequence[Found], kind: RunKind, prefix: str
    ) -> list[Stretch]:
        """Draft one run from a whole text."""
        return self._draft_between(lines, spans, (0, len(lines.content)), kind, prefix)

    def draft_paragraph(
        self, lines: TextLines, kind: RunKind, prefix: str
    ) -> tuple[list[Stretch], list[str]]:
        """Draft a paragraph's runs; return them with the tags of its components."""
        spans = self.find_spans(lines)
        tags = [span for span in spans if span.kind in _TAG_KINDS]
        if not tags:
            return self.draft_run(lines, spans, kind, prefix), []
        names = [lines.content[tag.start : tag.end] for tag in tags]
        fixed = [tags[index] for index in _list_fixed_tags(lines.content, tags, names)]
        if not fixed:
            return self.draft_run(lines, spans, kind, prefix), names
        return self._draft_labels(lines, spans, fixed), names

    def _draft_labels(
        self, lines: TextLines, spans: Sequence[Found], fixed: Sequence[Found]
    ) -> list[Stretch]:
        """Keep tags that lay out the page where they are, and draft the text between them."""
        stretches = list[Stretch]()
        fixed_starts = {tag.start for tag in fixed}
        inside = list[Found]()
        at = 0
        for span in spans:
            if span.start not in fixed_starts:
                inside.append(span)
                continue
            bounds = at, span.start
            stretches += self._draft_between(lines, inside, bounds, RunKind.LABEL, "")
            stretches.append(Stretch(lines.place(span.start), lines.place(span.end), span.kind))
            inside, at = [], span.end
        bounds = at, len(lines.content)
        return stretches + self._draft_between(lines, inside, bounds, RunKind.LABEL, "")

    def _draft_between(
        self,
        lines: TextLines,
        spans: Sequence[Found],
        bounds: tuple[int, int],
        kind: RunKind,
        prefix: str,
    ) -> list[Stretch]:
        start, end = _trim(lines.content, *bounds)
        parts = self._list_parts(lines, spans, start, end)
        if any(char.isalpha() for part in parts if isinstance(part, str) for char in part):
            content: RunDraft | str = RunDraft(kind, tuple(parts), prefix)
        else:
            telling = [_TELLING_KINDS[span.kind] for span in spans if span.kind in _TELLING_KINDS]
            if not telling:
                return []
            content = telling[0]
        return [Stretch(lines.place(start), lines.place(end), content)]

    def _list_parts(
        self, lines: TextLines, spans: Sequence[Found], start: int, end: int
    ) -> list[str | Span]:
        parts = list[str | Span]()
        at = start
        for span in spans:
            parts.append(lines.content[at : span.start])
            source = self.layout.source(lines.place(span.start), lines.place(span.end))
            parts.append(Span(span.kind, source))
            at = span.end
        parts.append(lines.content[at:end])
        return [part for part in parts if part]


def _trim(content: str, start: int, end: int) -> tuple[int, int]:
    while start < end and content[start] in _SPACE:
        start += 1
    while end > start and content[end - 1] in _SPACE:
        end -= 1
    return start, end


def _list_fixed_tags(content: str, tags: Sequence[Found], names: Sequence[str]) -> list[int]:
    """Return which tags must not move: those of the page's layout, and half-open ones.

    A component that opens and closes inside a sentence may move with its words.
    """
    partner = _pair_tags(names)
    fixed = list[int]()
    for index, tag in enumerate(names):
        name = find_tag_name(tag)
        if name is None:
            continue
        is_half = partner[index] is None and (opens_tag(tag) or closes_tag(tag))
        if is_structural(name) or (is_half and is_component(name)):
            fixed.append(index)
    last = len(names) - 1
    wraps_all = (
        partner[0] == last
        and last > 0
        and tags[0].start == 0
        and tags[last].end == len(content)
        and is_component(find_tag_name(names[0]) or "")
    )
    return sorted({*fixed, 0, last}) if wraps_all else fixed


def _pair_tags(names: Sequence[str]) -> list[int | None]:
    """Return for each tag the index of the one that closes or opens it."""
    partner: list[int | None] = [None] * len(names)
    opened = dict[str, list[int]]()
    for index, tag in enumerate(names):
        name = find_tag_name(tag)
        if name is None:
            continue
        if opens_tag(tag):
            opened.setdefault(name, []).append(index)
        elif closes_tag(tag) and opened.get(name):
            partner[index] = opened[name].pop()
            partner[partner[index] or 0] = index
    return partner
