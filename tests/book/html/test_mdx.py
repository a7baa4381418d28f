"""MDX: what only a site builder understands is not shown, and no word of the text is lost."""

import pytest

from server.book.html.mdx import drop_modules
from tests.web.guests import list_elements, read_text
from tests.web.pages_of_text import render

TABS = """\
import Tabs from '@theme/Tabs';
import {
  TabItem,
} from '@theme/TabItem';

export const Box = ({children}) => (
  <div className="box">{children}</div>
);

# Install

<Tabs groupId="os" defaultValue={"linux"}>
<TabItem value="linux" label="Linux">
```bash
import this   # a command
```
</TabItem>
  <TabItem value="mac" label="macOS">

  Use *brew*.

  </TabItem>
</Tabs>

{/* a comment */}
Imports are good, and <Highlight color="#25c2a0">this</Highlight>
is <Icon.Star size={{a: 1}} /> text.
"""


def test_statements_components_and_comments_are_not_shown() -> None:
    html = render(TABS, name="install.mdx")
    assert read_text(html) == (
        "Install Linux bash import this # a command macOS Use brew . "
        "Imports are good, and this is text."
    )
    assert len(list_elements(html, "pre")) == 1


@pytest.mark.parametrize(
    "kept",
    [
        "Text.\nimport is a word here.\n",
        "`<Tabs>` and ``{/* x */ `a`}`` stay.\n",
        "$a<B>c$ stays.\n",
        "~~~\nexport A=1\n<Tabs>\n~~~\n",
        "````md\n```\nimport a\n```\n````\n",
        "{/* #name */}\n",
        "5 < 6 and 7 > 3\n",
        "{expression}\n",
    ],
)
def test_text_that_only_looks_like_mdx_stays(kept: str) -> None:
    assert drop_modules(kept) == kept


def test_markdown_of_other_books_is_not_read_as_mdx() -> None:
    text = "export PATH is what you type.\n\nimport this\n"
    html = render(text, dialect="commonmark")
    assert read_text(html) == "export PATH is what you type. import this"


def test_element_with_a_jsx_style_keeps_its_text() -> None:
    html = render("<div style={{color: 'red'}} id=\"x\">Red</div>\n", name="a.mdx")
    assert list_elements(html) == [("div", {"id": "x"})]
    assert read_text(html) == "Red"


def test_indented_text_is_no_listing() -> None:
    assert "<pre" not in render("<Tabs>\n\n    Deep text.\n\n</Tabs>\n", name="a.mdx")


@pytest.mark.parametrize(
    "text", ["<" * 5000, "{" * 5000, "<A" + " a={" * 2000, "`" * 3001 + "a", "{/*" * 3000,
             "<a " + "x='" * 3000, "import {\n" * 2000, "$a" * 3000, "<A " + "{}" * 3000]
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    assert drop_modules(text) is not None
