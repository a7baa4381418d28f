"""Trees hold the words of safe HTML, and of its elements what a page is to build."""

import json

from hypothesis import given
from hypothesis import strategies as st

from server.book.html.trees import ATTRIBUTES, DEEPEST, TAGS, Tree, count_headings, read_trees
from tests.web.pages_of_text import load, render

CHAPTER = """\
# Robots

A *robot* weighs $\\frac{m}{2}$ kg; see [the tools](https://example.org/ "Tools") & `a < b`.

$$\\begin{pmatrix}a & b\\\\c & d\\end{pmatrix}$$

```python title="a.py"
if a < b: print("<b>")
```

- [x] Done
- **To do**

| Part | Job |
| ---- | --- |
| Arm  | Moves |

:::tip[Mind]
Hands off.
:::

```mermaid
graph TD; A-->B
```

A note.[^1]

[^1]: Below.
"""


def measure(tree: Tree | str) -> int:
    if isinstance(tree, str):
        return 0
    return 1 + max(map(measure, tree["children"]), default=0)


def list_elements(trees: list[Tree | str]) -> list[Tree]:
    elements = list[Tree]()
    for each in trees:
        if not isinstance(each, str):
            elements += [each, *list_elements(each["children"])]
    return elements


def read_words(tree: Tree | str) -> str:
    return tree if isinstance(tree, str) else "".join(map(read_words, tree["children"]))


def test_whatever_a_chapter_holds_is_on_the_lists() -> None:
    """Nothing that the renderer writes is left out."""
    html = render(CHAPTER)
    elements = list_elements([*read_trees(html)])
    assert len(elements) == html.count("<") - html.count("</")
    assert {"math", "pre", "input", "table", "img", "sup", "section"} <= {
        each["tag"] for each in elements
    }
    listing = next(
        each for each in elements if each["tag"] == "code" and each["children"] != ["a < b"]
    )
    assert read_words(listing) == 'if a < b: print("<b>")\n'


def test_headings_are_counted_however_deep() -> None:
    html = "<h1>a</h1><div><blockquote><h3>b</h3></blockquote></div><p>c</p>"
    assert count_headings(read_trees(html)) == 2


def test_what_is_not_on_the_lists_is_left_out_and_its_words_stay() -> None:
    html = '<p onclick="x()">a<font>b</font><a href="#c" style="x">d</a></p>'
    link: Tree = {"tag": "a", "attributes": {"href": "#c"}, "children": ["d"]}
    assert read_trees(html) == [{"tag": "p", "attributes": {}, "children": ["ab", link]}]


def test_words_between_elements_stand_in_a_paragraph() -> None:
    trees = read_trees("\n<p>a</p>\n b <em>c</em>")
    assert [each["tag"] for each in trees] == ["p", "p", "em"]


def test_no_depth_is_too_deep() -> None:
    html = "<div>" * 5000 + "deep" + "</div>" * 5000
    (tree,) = read_trees(html)
    assert measure(tree) == DEEPEST
    assert read_words(tree) == "deep"
    json.dumps(tree)


def test_an_author_s_html_makes_no_deeper_tree() -> None:
    text = "# A\n\n" + "<div>" * 3000 + "\n\nwords\n\n" + "</div>" * 3000 + "\n"
    trees = read_trees(render(text))
    json.dumps(trees)
    assert "words" in "".join(map(read_words, trees))


@given(st.text(alphabet='<>/abdiv pscrt="&;!-x', max_size=200))
def test_no_text_makes_anything_else_than_elements_of_the_list(html: str) -> None:
    for each in list_elements([*read_trees(html)]):
        assert each["tag"] in TAGS
        assert each["attributes"].keys() <= ATTRIBUTES


def test_a_chapter_without_words_is_an_empty_list() -> None:
    assert read_trees(render("<!-- nothing -->\n")) == []
    assert load("# A\n").title == "A"
