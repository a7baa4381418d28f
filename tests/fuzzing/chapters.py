"""Generated chapters: any text at all, and tidy ones that regular expressions can read too."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from server.book.chapters.domain import Dialect
from server.generation.rewriting.domain import Brief
from server.plan.recipes.domain import Plan
from tests.book.chapters.test_properties import ANY_TEXT
from tests.generation.rewriting.samples import (
    CONDENSE,
    HARDWARE,
    SIMPLIFY,
    TRANSLATE,
    make_brief,
    make_plan,
)

# Well-formed blocks: whatever reads Markdown sees the same code, targets and tags in them.
_BLOCKS = (
    "# {words}",
    "## {words}",
    "### {words} {{#an-id}}",
    "{words} and `ros2 topic list` {words}.",
    "{words}. The [label here](https://docs.example.org/a?b=c#d) {words}.",
    "{words} $E = mc^2$ {words}, and `a < b` {words}.",
    "{words}. {words}!\n{words} **bold {words}** and *so* {words}.\n\n{words}?",
    "It has 16 GB and {words} at 50 Hz, says `setup.py`.",
    "```bash\nsudo apt install ros # {words}\n```",
    "~~~~py\nx = '```'  # {words}\n~~~~",
    "$$\n\\int_0^1 x\\,dx\n$$",
    "![A robot](img/robot.png)",
    "- {words}\n- {words} `x` {words}\n  - {words} [there](b.md)\n- {words}",
    "1. {words}\n2. {words} $x$",
    "> {words}\n> {words} `q` {words}",
    "| {words} | {words} |\n| --- | --- |\n| {words} | `c` {words} |",
    ":::note[{words}]\n\n{words} `n` {words}.\n\n:::",
    "<details>\n<summary>{words}</summary>\n\n{words}.\n\n</details>",
    "{words} <kbd>Ctrl</kbd> {words}<br/>{words}.",
    "import Tabs from '@theme/Tabs';",
    "---",
)
_VOCABULARY = (
    "robot", "arm", "moves", "slowly", "while", "the", "camera", "sees", "red", "boxes", "on", "a",
    "table", "and", "we", "wait",
)  # fmt: skip
_WORDS = st.lists(st.sampled_from(_VOCABULARY), min_size=2, max_size=9).map(" ".join)


@st.composite
def _write_tidy(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(st.sampled_from(_BLOCKS), min_size=1, max_size=9))
    return "\n\n".join(_fill(block, draw(_WORDS)) for block in blocks) + "\n"


def _fill(block: str, words: str) -> str:
    return block.format(words=words)


TIDY_TEXT = _write_tidy()
PLANS: Mapping[str, Plan] = {
    "simplify": make_plan(SIMPLIFY, HARDWARE),
    "condense": make_plan(CONDENSE),
    "urdu": make_plan(TRANSLATE, language="ur"),
}


@dataclass(frozen=True)
class Book:
    """One chapter as it is written, and how it is to be read and rewritten."""

    text: str
    mdx: bool
    dialect: Dialect
    plan: str

    def brief(self) -> Brief:
        return make_brief(self.text, PLANS[self.plan], mdx=self.mdx, dialect=self.dialect)


def write_books(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Book]:
    return st.builds(
        Book, texts, st.booleans(), st.sampled_from(list(Dialect)), st.sampled_from(sorted(PLANS))
    )


ANY_BOOK = write_books(ANY_TEXT)
TIDY_BOOK = write_books(TIDY_TEXT)
