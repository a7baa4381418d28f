"""Paragraphs: one block rule for paragraphs and underlined headings, in Markdown and in MDX."""

import re

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock

from server.book.chapters.markdown.rules import line_text

_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*\Z")


def prose_block(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:
    """Take lines up to a blank one, an underline, or the start of another block.

    The parser's own rules read lines that are indented by four as more of the paragraph, whatever
    they hold. MDX has no indented code, and a fence that deep inside a component is a fence.
    """
    if silent:
        return True
    interrupts = state.md.block.ruler.getRules("paragraph")
    old_parent = state.parentType
    state.parentType = "paragraph"
    underline = ""
    line = start_line + 1
    while line < state.lineMax and not state.isEmpty(line):
        indent = state.sCount[line] - state.blkIndent
        if state.sCount[line] >= 0 and not state.is_code_block(line):
            underline = _find_underline(state, line) if indent >= 0 else ""
            if underline or _is_interrupted(state, line, interrupts):
                break
        line += 1
    state.parentType = old_parent
    _push(state, start_line, line, underline)
    return True


def _find_underline(state: StateBlock, line: int) -> str:
    first = state.src[state.bMarks[line] + state.tShift[line]]
    return first if first in "=-" and _UNDERLINE.match(line_text(state, line)) else ""


def _is_interrupted(state: StateBlock, line: int, rules: list[RuleFuncBlockType]) -> bool:
    return any(rule(state, line, state.lineMax, True) for rule in rules)


def _push(state: StateBlock, start_line: int, next_line: int, underline: str) -> None:
    kind, tag = ("heading", "h1" if underline == "=" else "h2") if underline else ("paragraph", "p")
    token = state.push(f"{kind}_open", tag, 1)
    token.map = [start_line, next_line + bool(underline)]
    token.markup = underline
    text = state.push("inline", "", 0)
    text.map = [start_line, next_line]
    if underline:
        text.content = state.getLines(start_line, next_line, state.blkIndent, False).strip()
    state.push(f"{kind}_close", tag, -1)
    state.line = next_line + bool(underline)
