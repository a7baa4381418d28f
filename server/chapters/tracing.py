"""Tracing: what the block rules write down while they parse, beside the parser's tokens."""

from dataclasses import dataclass, field

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock

from server.chapters.tags import TagScanner

ENV_KEY = "chapterwise"


@dataclass(slots=True)
class Trace:
    """Where each line's own text begins, behind the markers of its containers.

    `fruitless` remembers searches that reached the end of the text, so that none is made twice.
    """

    scanner: TagScanner
    starts: list[int]
    front_matter_allowed: bool
    fruitless: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])


def trace_of(state: StateBlock) -> Trace:
    """Return the trace of the parse that this state belongs to."""
    trace = state.env[ENV_KEY]
    assert isinstance(trace, Trace)
    return trace


def record_starts(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Wrap a rule that makes a leaf block: note where its lines' text begins."""

    def recorded(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        matched = rule(state, start_line, end_line, silent)
        if matched and not silent:
            starts = trace_of(state).starts
            for line in range(start_line, min(state.line, len(starts))):
                starts[line] = state.bMarks[line] + state.tShift[line]
        return matched

    return recorded


def push_leaf(state: StateBlock, kind: str, start_line: int, next_line: int) -> None:
    """Push a block without content that covers these lines, and go on behind it."""
    token = state.push(kind, "", 0)
    token.map = [start_line, next_line]
    state.line = next_line


def line_text(state: StateBlock, line: int) -> str:
    """Return a line without the markers and indentation in front of it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
