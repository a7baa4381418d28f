"""Prose: the text of one paragraph, heading, cell or label becomes runs and protected spans."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.book.chapters.domain import RunKind, Span
from server.book.chapters.markdown.drafts import RunDraft, Stretch
from server.book.chapters.markdown.inline import Found, InlineRules, find_spans
from server.book.chapters.markdown.lines import Layout, trim
from server.book.chapters.markdown.tags import (
    closes_tag,
    find_tag_name,
    is_component,
    is_structural,
    opens_tag,
    pair_tags,
)

_SPACE = " \t\n"
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_NOT_PREFIX = re.compile(r"[^> \t]")
TAG_KINDS = frozenset({"html", "jsx"})
_BEHIND_IMAGES = frozenset({"attribute", "expression"})
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
        if len(self.offsets) == 1:
            return self.starts[0] + offset
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
        tags = [span for span in spans if span.kind in TAG_KINDS]
        if not tags:
            return self.draft_run(lines, spans, kind, prefix), []
        names = [lines.content[tag.start : tag.end] for tag in tags]
        fixed = [tags[index] for index in _list_fixed_tags(lines.content, tags, names)]
        if not fixed:
            return self.draft_run(lines, spans, kind, prefix), names
        return self.draft_labels(lines, spans, fixed), names

    def draft_labels(
        self, lines: TextLines, spans: Sequence[Found], fixed: Sequence[Found]
    ) -> list[Stretch]:
        """Keep the fixed tags where they are, and draft the text between them."""
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
            tag = lines.place(span.start), lines.place(span.end)
            stretches += draft_tags(self.layout.text, *tag, span.kind)
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
        start, end = trim(lines.content, *bounds, _SPACE)
        parts = self._list_parts(lines, spans, start, end)
        if any(isinstance(part, str) and _has_letter(part) for part in parts):
            content: RunDraft | str = RunDraft(kind, tuple(parts), prefix)
        elif alt := _find_alt(lines.content, spans, start):
            return self._draft_picture(lines, alt, end)
        else:
            telling = [_TELLING_KINDS[span.kind] for span in spans if span.kind in _TELLING_KINDS]
            if not telling:
                return []
            content = telling[0]
        return [Stretch(lines.place(start), lines.place(end), content)]

    def _draft_picture(self, lines: TextLines, alt: tuple[int, int], end: int) -> list[Stretch]:
        """Offer the text of an image that stands alone, and protect its target."""
        label = RunDraft(RunKind.LABEL, (lines.content[slice(*alt)],), "")
        bounds = lines.place(alt[0]), lines.place(alt[1])
        return [Stretch(*bounds, label), Stretch(bounds[1], lines.place(end), "image")]

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


def _find_alt(content: str, spans: Sequence[Found], start: int) -> tuple[int, int] | None:
    """Return the bounds of an image's text, if the image is all there is and its text is plain."""
    if not spans or spans[0].kind != "image" or spans[0].start != start:
        return None
    if any(span.kind not in _BEHIND_IMAGES for span in spans[1:]):
        return None
    alt_start, alt_end = start + 2, content.find("]", start)
    # Without a target of its own the text is the key of a definition.
    has_target = content.startswith("(", alt_end + 1) or (
        content.startswith("[", alt_end + 1) and not content.startswith("[]", alt_end + 1)
    )
    return (alt_start, alt_end) if has_target and is_prose(content[alt_start:alt_end]) else None


def _has_letter(text: str) -> bool:
    # Nearly every text holds a letter of English, which is found much sooner than any other.
    return _LATIN_LETTER.search(text) is not None or any(map(str.isalpha, text))


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
    for first, last in pair_tags(enumerate(names)):
        partner[first], partner[last] = last, first
    return partner


# An expression may hold quotes that mean something else, so only plain tags are looked into.
_PLAIN_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][\w.]*)"
    r"(?:\s+[A-Za-z_][\w:.-]*(?:=(?:\"[^\"]*\"|'[^']*'|\{[^{}\"'`<>/]*\}))?)*\s*/?>\s*"
)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:.-]+)(?:=(?:\"(?P<value>[^\"]*)\"|'[^']*'|\{[^{}]*\}))?")
_READ_BY_PEOPLE = frozenset({"title", "label", "alt", "summary", "description", "caption"})
_PLAIN_VALUE = re.compile(r"[^{}<>&\\`$|*_~\[\]⟦⟧\n]*")
# `talker.py`, `docs/start` and `stage:2` name things; a plain word is a label.
_TECHNICAL = re.compile(r"\S*[./:@#\d]\S*")
_RULES = InlineRules(mdx=True, definitions=frozenset())


def draft_tags(text: str, start: int, end: int, kind: str) -> Iterator[Stretch]:
    """Yield tags as protected pieces, and a run for each value among them that people read."""
    at = start
    for value_start, value_end in _find_values(text, start, end):
        yield Stretch(at, value_start, kind)
        label = RunDraft(RunKind.LABEL, (text[value_start:value_end],), "")
        yield Stretch(value_start, value_end, label)
        at = value_end
    yield Stretch(at, end, kind)


def _find_values(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while tag := _PLAIN_TAG.match(text, start, end):
        if tag["name"] == "img" or tag["name"][0].isupper():
            for attribute in _ATTRIBUTE.finditer(text, tag.end("name"), tag.end()):
                if attribute["name"] in _READ_BY_PEOPLE and is_prose(attribute["value"] or ""):
                    yield attribute.span("value")
        start = tag.end()


def is_prose(value: str) -> bool:
    """Whether a value is words that people read, with nothing in it that must not change."""
    if value != value.strip() or not any(map(str.isalpha, value)):
        return False
    if _TECHNICAL.fullmatch(value) or not _PLAIN_VALUE.fullmatch(value):
        return False
    return not find_spans(value, _RULES)
