"""Rules: of the block rules, a line is tried only by those that its first character may start.

The parser tries every rule of a chain on every line, though nearly all of them look at the line's
first character and go. Here a chain is one rule that looks once, and asks the few that are left.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import add

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from typing_extensions import override

from server.book.chapters.markdown.tags import TagScanner

ANY = ""
_ALL_RULES = ""  # the parser's name for the chain of all rules


@dataclass(frozen=True, slots=True)
class Rule:
    """A block rule, and the chains of other rules that it may interrupt.

    `starts` are the characters that a line must start with, behind the markers of its containers
    and its indentation, for the rule to match; `ANY` where it is not the first that decides.
    """

    name: str
    apply: RuleFuncBlockType
    starts: Collection[str]
    interrupts: tuple[str, ...] = ()
    is_container: bool = False


class ChainRuler(Ruler[RuleFuncBlockType]):
    """Hands each chain of rules to the parser as a single one."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        for rule in rules:
            self.push(rule.name, rule.apply, {"alt": list(rule.interrupts)})
        chains = {_ALL_RULES, *(chain for rule in rules for chain in rule.interrupts)}
        self._chains = {
            chain: [_join(rule for rule in rules if chain in (_ALL_RULES, *rule.interrupts))]
            for chain in chains
        }

    @override
    def getRules(self, chainName: str = _ALL_RULES) -> list[RuleFuncBlockType]:
        return self._chains.get(chainName, [])


def _join(rules: Iterable[Rule]) -> RuleFuncBlockType:
    """Return one rule that does what these do when they are tried one after the other."""
    every = tuple(rules)
    by_start = {
        start: _list_steps(rule for rule in every if not rule.starts or start in rule.starts)
        for rule in every
        for start in rule.starts
    }
    otherwise = _list_steps(rule for rule in every if not rule.starts)

    def apply(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        at = state.bMarks[start_line] + state.tShift[start_line]
        for is_leaf, step in by_start.get(state.src[at : at + 1], otherwise):
            if step(state, start_line, end_line, silent):
                if is_leaf and not silent:
                    record_starts(state, start_line)
                return True
        return False

    return apply


def _list_steps(rules: Iterable[Rule]) -> tuple[tuple[bool, RuleFuncBlockType], ...]:
    return tuple((not rule.is_container, rule.apply) for rule in rules)


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
    """Return the trace of the Markdown parse whose block rules work on this state."""
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
