"""A chain of rules does what its rules would do, tried one after the other on every line."""

import pytest
from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from server.book.chapters.markdown.parser import list_rules
from server.book.chapters.markdown.rules import ENV_KEY, Rule, Trace
from server.book.chapters.markdown.tags import TagScanner
from tests.book.chapters.cases import CASES

MDX_OR_NOT = pytest.mark.parametrize("mdx", [True, False], ids=["mdx", "markdown"])
EACH_CASE = pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())


def note_starts(rule: Rule, strays: list[tuple[str, str]]) -> RuleFuncBlockType:
    """Wrap a rule: note each line that it takes though its first character says that it cannot."""

    def noted(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        at = state.bMarks[start_line] + state.tShift[start_line]
        first = state.src[at : at + 1]
        matched = rule.apply(state, start_line, end_line, silent)
        if matched and rule.starts and first not in rule.starts:
            strays.append((rule.name, first))
        return matched

    return noted


@MDX_OR_NOT
@EACH_CASE
def test_every_rule_takes_only_lines_that_start_as_it_says(text: str, mdx: bool) -> None:
    strays = list[tuple[str, str]]()
    ruler = Ruler[RuleFuncBlockType]()
    for rule in list_rules(mdx=mdx):
        ruler.push(rule.name, note_starts(rule, strays), {"alt": list(rule.interrupts)})
    parser = MarkdownIt("commonmark", {"inline_definitions": True, "maxNesting": 60})
    parser.block.ruler = ruler
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    trace = Trace(TagScanner(plain), [0] * (plain.count("\n") + 1), front_matter_allowed=True)
    tokens = list[Token]()

    parser.block.parse(plain, parser, {ENV_KEY: trace}, tokens)

    assert strays == []
