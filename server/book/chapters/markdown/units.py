"""Units: the parser's tokens become units, each a top-level block with its runs."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from server.book.chapters.domain import RunKind
from server.book.chapters.headings import find_explicit_id
from server.book.chapters.markdown.directives import find_title
from server.book.chapters.markdown.drafts import HeadingDraft, Stretch, Unit
from server.book.chapters.markdown.html import draft_elements
from server.book.chapters.markdown.inline import InlineRules
from server.book.chapters.markdown.lines import split_row
from server.book.chapters.markdown.neighbours import mark_open_units, mark_terms
from server.book.chapters.markdown.parser import Parsed
from server.book.chapters.markdown.prose import ProseDrafter, TextLines, draft_tags, find_prefix

_TASK_BOX = re.compile(r"\[[ xX]\][ \t]+")
_ALERT = re.compile(r"\[![A-Za-z]+\][+-]?[ \t]*\n?")
# Only its odd indentation keeps such a line from being a block; no answer would keep that.
# A grid table, or rows of a table without the line that makes it one.
_DRAWN_TABLE = re.compile(r"\+[-=+]+\+[ \t]*(?:\n|\Z)|(?:\|.*\|[ \t]*(?:\n|\Z))+\Z")
_FRAGILE_LINE = re.compile(r"\n(?:[-+*>][ \t]|#{1,6}[ \t]|```|~~~)")
# What a token is called as a block, and as a protected piece where it holds no runs.
_LEAVES = {
    "fence": "code",
    "code_block": "code",
    "math": "math",
    "definition": "definition",
    "front_matter": "front_matter",
    "esm": "esm",
    "jsx": "jsx",
    "literal": "opaque",
}
_CONTAINERS = {
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "blockquote_open": "quote",
    "table_open": "table",
    "admonition_open": "directive",
    "footnote_open": "definition",
    "paragraph_open": "prose",
    "heading_open": "heading",
    "hr": "rule",
    "directive": "directive",
}
_BLOCK_KINDS = _LEAVES | _CONTAINERS | {"html_block": "html"}
_RUN_KIND_WITHIN = {
    "list_item_open": RunKind.ITEM,
    "admonition_open": RunKind.ITEM,
    "footnote_open": RunKind.ITEM,
    "blockquote_open": RunKind.QUOTE,
}
_ENDS_OF_CONTAINERS = frozenset(kind.replace("_open", "_close") for kind in _RUN_KIND_WITHIN)


def draft_units(parsed: Parsed, *, mdx: bool) -> list[Unit]:
    """Return the top-level blocks of a text in order; each ends where the next begins."""
    drafter = _UnitDrafter(parsed, mdx=mdx)
    units = [drafter.draft(group) for group in _group_tokens(parsed.tokens)]
    ends = [*(unit.start for unit in units[1:]), len(parsed.layout.text)]
    for unit, end in zip(units, ends, strict=False):
        unit.end = end
        _settle(unit)
    mark_open_units(units, parsed.layout)
    mark_terms(units, parsed.layout)
    return units


def _settle(unit: Unit) -> None:
    """Put a unit's stretches in order; where they contradict each other, protect all of it."""
    unit.stretches.sort(key=lambda stretch: stretch.start)
    at = unit.start
    for stretch in (*unit.stretches, Stretch(unit.end, unit.end, "")):
        if not at <= stretch.start <= stretch.end:
            unit.stretches = [Stretch(unit.start, unit.end, "opaque")]
            return
        at = stretch.end


def _group_tokens(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each top-level block."""
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[start : index + 1]
            start = index + 1


class _UnitDrafter:
    """Drafts one unit after the other; the steps are named for the tokens they read."""

    def __init__(self, parsed: Parsed, *, mdx: bool) -> None:
        self._layout = parsed.layout
        self._starts = parsed.starts
        rules = InlineRules(mdx, parsed.definitions)
        self._prose = ProseDrafter(parsed.layout, rules)
        self._cells = ProseDrafter(parsed.layout, replace(rules, cell=True))
        self._within = list[RunKind]()
        self._row_cells: Sequence[tuple[int, int]] = ()
        self._next_cell = 0
        self._steps: dict[str, Callable[[Unit, Sequence[Token], int], None]] = {
            "paragraph_open": self._draft_paragraph,
            "heading_open": self._draft_heading,
            "table_open": self._draft_table_rule,
            "tr_open": self._open_row,
            "th_open": self._draft_cell,
            "td_open": self._draft_cell,
            "tr_close": self._draft_orphans,
            "html_block": self._draft_elements,
            "directive": self._draft_title,
            "admonition_title": self._draft_title,
            **dict.fromkeys(_LEAVES, self._draft_leaf),
            **dict.fromkeys(_RUN_KIND_WITHIN, self._enter_container),
            **dict.fromkeys(_ENDS_OF_CONTAINERS, self._leave_container),
        }

    def draft(self, tokens: Sequence[Token]) -> Unit:
        first_line, _ = lines_of(tokens[0])
        start = self._layout.line_start(first_line)
        unit = Unit(_BLOCK_KINDS[tokens[0].type], start, start)
        for index, token in enumerate(tokens):
            if step := self._steps.get(token.type):
                step(unit, tokens, index)
        return unit

    def _enter_container(self, _unit: Unit, tokens: Sequence[Token], index: int) -> None:
        self._within.append(_RUN_KIND_WITHIN[tokens[index].type])

    def _leave_container(self, _unit: Unit, _tokens: Sequence[Token], _index: int) -> None:
        self._within.pop()

    def _draft_leaf(self, unit: Unit, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        start, end = self._bounds_of(token)
        if token.type != "jsx":
            unit.stretches.append(Stretch(start, end, _LEAVES[token.type]))
            return
        unit.stretches += draft_tags(self._layout.text, start, end, "jsx")
        unit.tags.append(self._layout.text[start:end])

    def _draft_elements(self, unit: Unit, tokens: Sequence[Token], index: int) -> None:
        start, end = self._bounds_of(tokens[index])
        unit.tags.append(self._layout.text[start:end])
        first = lines_of(tokens[index])[0]
        behind = self._layout.line_at(end) + 1
        lines = TextLines.of_lines(self._layout, self._starts, range(first, behind))
        unit.stretches += draft_elements(self._prose, lines)

    def _bounds_of(self, token: Token) -> tuple[int, int]:
        """Return where a leaf's text starts and ends, without the blank lines behind it."""
        first, behind = lines_of(token)
        last = behind - 1
        while last > first and not self._line_text(last).strip():
            last -= 1
        return self._starts[first], self._layout.line_end(last)

    def _line_text(self, line: int) -> str:
        return self._layout.text[self._starts[line] : self._layout.line_end(line)]

    def _draft_paragraph(self, unit: Unit, tokens: Sequence[Token], index: int) -> None:
        kind = self._within[-1] if self._within else RunKind.PASSAGE
        first, behind = lines_of(tokens[index])
        lines = TextLines.of_lines(self._layout, self._starts, range(first, behind))
        if _FRAGILE_LINE.search(lines.content) or _DRAWN_TABLE.match(lines.content):
            unit.stretches.append(Stretch(*self._bounds_of(tokens[index]), "opaque"))
            return
        prefix = find_prefix(self._layout, self._starts[first])
        marker = (_TASK_BOX if kind is RunKind.ITEM else _ALERT).match(lines.content)
        if marker and kind is not RunKind.PASSAGE:
            lines = lines.without(marker.end())
        stretches, tags = self._prose.draft_paragraph(lines, kind, prefix)
        unit.stretches += stretches
        unit.tags += tags

    def _draft_heading(self, unit: Unit, tokens: Sequence[Token], index: int) -> None:
        lines = self._lines_of_heading(tokens[index], tokens[index + 1])
        explicit = find_explicit_id(lines.content)
        text = lines.content[: explicit[0]] if explicit else lines.content
        level = int(tokens[index].tag[1:])
        unit.headings.append(HeadingDraft(level, explicit[1] if explicit else None, text))
        lines = replace(lines, content=text)
        spans = self._prose.find_spans(lines)
        unit.stretches += self._prose.draft_run(lines, spans, RunKind.HEADING, "")

    def _lines_of_heading(self, opening: Token, inline: Token) -> TextLines:
        first, behind = lines_of(inline)
        if not opening.markup.startswith("#"):
            return TextLines.of_lines(self._layout, self._starts, range(first, behind))
        marks_end = self._starts[first] + len(opening.markup)
        start = self._layout.text.find(inline.content, marks_end)
        return TextLines.of_slice(self._layout, start, start + len(inline.content))

    def _draft_table_rule(self, unit: Unit, tokens: Sequence[Token], index: int) -> None:
        line = lines_of(tokens[index])[0] + 1
        end = self._layout.line_end(line)
        unit.stretches.append(Stretch(self._starts[line], end, "table_rule"))

    def _open_row(self, _unit: Unit, tokens: Sequence[Token], index: int) -> None:
        line = lines_of(tokens[index])[0]
        end = self._layout.line_end(line)
        self._row_cells = split_row(self._layout.text, self._starts[line], end)
        self._next_cell = 0

    def _draft_cell(self, unit: Unit, _tokens: Sequence[Token], _index: int) -> None:
        if self._next_cell >= len(self._row_cells):
            return
        start, end = self._row_cells[self._next_cell]
        self._next_cell += 1
        lines = TextLines.of_slice(self._layout, start, end)
        spans = self._cells.find_spans(lines)
        if _has_loose_backtick(lines.content, [(span.start, span.end) for span in spans]):
            # The pipe that ends this cell was meant as code; nobody can say what belongs together.
            unit.stretches.append(Stretch(start, end, "opaque"))
            return
        unit.stretches += self._cells.draft_run(lines, spans, RunKind.CELL, "")

    def _draft_orphans(self, unit: Unit, _tokens: Sequence[Token], _index: int) -> None:
        """Protect the cells behind the last column, which no reader ever sees."""
        orphans = self._row_cells[self._next_cell :]
        if orphans and orphans[0][0] < orphans[-1][1]:
            unit.stretches.append(Stretch(orphans[0][0], orphans[-1][1], "opaque"))

    def _draft_title(self, unit: Unit, tokens: Sequence[Token], index: int) -> None:
        """Protect a directive's line, all but the title that a reader sees."""
        start, end = self._bounds_of(tokens[index])
        title = find_title(self._layout.text[start:end])
        if title is None:
            unit.stretches.append(Stretch(start, end, "directive"))
            return
        title_start, title_end = start + title[0], start + title[1]
        lines = TextLines.of_slice(self._layout, title_start, title_end)
        spans = self._prose.find_spans(lines)
        unit.stretches.append(Stretch(start, title_start, "directive"))
        unit.stretches += self._prose.draft_run(lines, spans, RunKind.LABEL, "")
        if title_end < end:
            unit.stretches.append(Stretch(title_end, end, "directive"))


def lines_of(token: Token) -> tuple[int, int]:
    """Return a token's first line and the one behind its last."""
    assert token.map is not None
    first, behind = token.map
    return first, behind


def _has_loose_backtick(content: str, spans: Sequence[tuple[int, int]]) -> bool:
    at = 0
    for start, end in spans:
        if "`" in content[at:start]:
            return True
        at = end
    return "`" in content[at:]
