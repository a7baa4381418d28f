"""Tracing: what the block rules write down while they parse, beside the parser's tokens."""

from dataclasses import dataclass, field
from operator import add

from markdown_it.rules_block import StateBlock

from server.book.chapters.markdown.tags import TagScanner

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


def record_starts(state: StateBlock, start_line: int) -> None:
    """Note where the text begins on each line of the leaf block that ends where the state is."""
    starts = trace_of(state).starts
    behind = min(state.line, len(starts))
    marks, shifts = state.bMarks[start_line:behind], state.tShift[start_line:behind]
    starts[start_line:behind] = map(add, marks, shifts)


def push_leaf(state: StateBlock, kind: str, start_line: int, next_line: int) -> None:
    """Push a block without content that covers these lines, and go on behind it."""
    token = state.push(kind, "", 0)
    token.map = [start_line, next_line]
    state.line = next_line


def line_text(state: StateBlock, line: int) -> str:
    """Return a line without the markers and indentation in front of it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
