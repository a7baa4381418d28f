"""Chaining: of the block rules, a line is tried only by those that its first character may start.

The parser tries every rule of a chain on every line, though nearly all of them look at the line's
first character and go. Here a chain is one rule that looks once, and asks the few that are left.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from typing_extensions import override

from server.book.chapters.markdown.tracing import record_starts

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
