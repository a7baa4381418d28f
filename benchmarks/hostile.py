"""Texts and answers that make naive parsers slow: twice as long may cost twice as much, no more."""

from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.measuring import measure
from server.book.chapters.domain import Dialect
from server.book.chapters.splitter import split_chapter
from server.generation.rewriting.domain import Brief
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.generation.rewriting.samples import make_brief

# Openings that nothing closes, again and again.
TEXTS = {
    "brackets": "[",
    "images": "![a](",
    "links": "[a](b",
    "braces": "{",
    "tags": "<a b='",
    "comments": "<!--",
    "backticks": "a`b``c```",
    "dollars": "$a $",
    "double dollars": "$$a\n\n",
    "parentheses": "\\(a",
    "brackets of math": "\\[a",
    "exports": "export const a = {\n\n",
    "components": "<Tabs>\n\n",
    "closers": "</Tabs>\n\n",
    "begins": "\\begin{a}\n\n",
    "quotes": "> a\n>> b\n",
    "lists": "- a\n\n",
    "lines": "a\n",
    "paragraphs": "a\n\n",
    "headings": "# a\n\n",
    "cells": "|a",
    "templates": "{% a ",
    "emails": "a.b-c",
    "emphasis": "*a **b ",
    "definitions": "[a]: b\n",
    "footnotes": "[^a]: b\n",
    "admonitions": "!!! note\n",
    "entities": "&a;",
    "urls": "http://a.",
    "colons": ":a",
    "spaces": "a  ",
}
ANSWERS = {
    "brackets": "[",
    "closed brackets": "[a]",
    "stars": "*",
    "double stars": "**a** ",
    "underscores": "_",
    "backslashes": "\\",
    "backticks": "`",
    "dollars": "$",
    "angles": "<",
    "braces": "{",
    "parentheses": "(",
    "colons": ":a",
    "digits": "7",
    "numbers": "1,000.5 V ",
    "placeholders": "⟦1⟧",
    "numbered placeholders": "⟦{n}⟧",
    "labels": "[a]⟦1⟧",
    "open placeholders": "⟦",
    "blank lines": "a\n\n",
    "lines": "a\n",
    "spaces": " ",
    "words": "word ",
    "sentences": "So it is. ",
    "one word": "a",
    "full stops": ".",
    "hashes": "\n# a",
    "quotes": "\n> a",
    "items": "\n- a",
    "addresses": "a@b.",
    "statements": "\n\nimport a",
    "emoji": "🤖",
    "Urdu": "لفظ ",
    "controls": "\x07",
}
TEXT_SIZES = (20_000, 40_000)
ANSWER_SIZES = (50_000, 100_000)
ROUNDS = 2


def measure_split(unit: str, size: int) -> float:
    text = unit * (size // len(unit))
    return _measure_cpu(lambda: _split_both_ways(text))


def _split_both_ways(text: str) -> None:
    for mdx in (True, False):
        split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)


def measure_verify(briefs: Mapping[int, Brief], unit: str, size: int) -> float:
    count = size // len(unit)
    numbered = "{n}" in unit
    answer = (
        "".join(unit.replace("{n}", str(n)) for n in range(count)) if numbered else unit * count
    )
    brief = briefs[size]
    section = brief.chapter.sections[0]
    return _measure_cpu(lambda: find_differences(Candidate(section, {0: answer}, brief)))


def _measure_cpu(step: Callable[[], object]) -> float:
    return min(measure(step).cpu_ms for _ in range(ROUNDS))


def make_short_brief(size: int) -> Brief:
    del size
    return make_brief("Use `a` and [the docs](https://example.org) now.\n", mdx=True)


def make_long_brief(size: int) -> Brief:
    """Return one whose only run is as long as the answer, so that length alone is no reason."""
    return make_brief("A word says it. " * (size // 16) + "\n", mdx=True)


def print_growth(
    title: str,
    units: Mapping[str, str],
    sizes: tuple[int, int],
    cost: Callable[[str, int], float],
) -> None:
    """Print what each unit costs, and how much more it costs at the greater size."""
    print(f"\n{title}: ms of processor for {sizes[0]:,} and {sizes[1]:,} characters")
    for name, unit in units.items():
        short, long = (cost(unit, size) for size in sizes)
        print(f"{name:>22}: {short:8.1f} {long:8.1f}   ×{long / max(short, 0.1):.1f}")


def main() -> None:
    print_growth("hostile chapters, split", TEXTS, TEXT_SIZES, measure_split)
    for title, make in (("a short run", make_short_brief), ("a run as long", make_long_brief)):
        briefs = {size: make(size) for size in ANSWER_SIZES}
        verify = partial(measure_verify, briefs)
        print_growth(f"hostile answers to {title}, verified", ANSWERS, ANSWER_SIZES, verify)


if __name__ == "__main__":
    main()
