"""Which elements a page has, which of them its site keeps, and what the others are made of."""

import pytest

from server.book.chapters.pages.layout import Native, Page, PageSection, Prose, lay_out_chapter
from tests.book.chapters.cases import CASES
from tests.generation.rewriting.samples import make_chapter


def lay_out(text: str, *, mdx: bool = True) -> Page:
    page = lay_out_chapter(make_chapter(text, mdx=mdx))
    assert page is not None
    return page


def list_kinds(text: str, *, mdx: bool = True) -> list[str]:
    """The kind of each native element; `prose` in brackets stands for what is rendered."""
    kinds = list[str]()
    for section in lay_out(text, mdx=mdx).sections:
        for block in section.blocks:
            if isinstance(block.content, Native):
                kinds += [element.kind for element in block.content.elements]
            else:
                kinds += ["(prose)"] * block.elements
    return kinds


def list_texts(text: str) -> list[str]:
    return [
        element.text
        for section in lay_out(text).sections
        for block in section.blocks
        if isinstance(block.content, Native)
        for element in block.content.elements
    ]


def list_markdown(text: str) -> list[str]:
    return [
        block.content.markdown
        for section in lay_out(text).sections
        for block in section.blocks
        if isinstance(block.content, Prose)
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("One.\n\nTwo.\n", ["(prose)", "(prose)"]),
        ("- a `b`\n- c $d$\n\n  ```py\n  e\n  ```\n", ["(prose)"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", ["(prose)"]),
        ("| 1 | 2 |\n|---|---|\n| 3 | 4 |\n", ["table"]),
        (":::note\n\nWords.\n\n:::\n", ["(prose)"]),
        (":::note\n\n```py\nx\n```\n\n:::\n", ["directive"]),
        ("<details>\n<summary>More</summary>\n\nWords.\n\n</details>\n", ["(prose)"]),
        ("Press <kbd>Ctrl</kbd> for H<sub>2</sub>O.<br/>\n", ["(prose)"]),
        ("```py\nx\n```\n\n```mermaid\ngraph\n```\n", ["code", "mermaid"]),
        ("$$\nx\n$$\n\n$$y$$\n\n---\n", ["math", "math", "rule"]),
        ("![A picture](a.png)\n\nWords ![b](c.png).\n", ["image", "(prose)"]),
        ("Try <Counter/> now.\n\nAnd on.\n", ["prose", "prose"]),
        ("It is {1 + 1}.\n", ["prose"]),
        ("- Try <Counter/> now.\n", ["list"]),
        ("## Try <Badge/>\n", ["heading"]),
        ("> See <a href='b'>it</a>.\n", ["quote"]),
        ("<Tabs>\n\nWords.\n\n</Tabs>\n\n<div>\n\nWords.\n\n</div>\n", ["jsx", "html"]),
        ("<A/> <B/>\n\n<b>x</b> <i>y</i>\n", ["jsx", "jsx", "(prose)", "(prose)"]),
    ],
)
def test_a_page_keeps_what_a_browser_cannot_render(text: str, kinds: list[str]) -> None:
    assert list_kinds(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\n---\n",
        "import A from 'a'\n",
        "{/* a comment */}\n",
        "<!-- a comment -->\n",
        "[a]: b\n",
        "[^1]: A footnote.\n\n    It goes on.\n",
    ],
)
def test_nothing_stands_on_the_page_for_what_only_its_author_sees(text: str) -> None:
    assert list_kinds(text) == []


def test_elements_and_natives_are_counted_through_the_chapter() -> None:
    text = "# T\n\n```\nx\n```\n\n## A\n\nOne.\n\nTwo.\n\n$$\ny\n$$\n\n## B\n\n---\n"
    counted = [
        (each.first_element, each.elements, each.first_native, each.natives)
        for each in lay_out(text).sections
    ]
    assert counted == [(0, 2, 0, 1), (2, 4, 1, 1), (6, 2, 2, 1)]


@pytest.mark.parametrize(
    ("listing", "code"),
    [
        ("```py\na\n\nb\n```\n", "a\n\nb"),
        ("```py\na\r\nb\r\n```\r\n", "a\r\nb"),
        ("   ```py\n   a\n     b\n   ```\n", "a\n  b"),
        ("````md\n```\nx\n```\n````\n", "```\nx\n```"),
        ("~~~\n\n\n~~~\n", "\n"),
        ("```\n```\n", ""),
        ("```py\nnever closed\n", "never closed"),
    ],
)
def test_a_listing_is_known_by_its_code(listing: str, code: str) -> None:
    assert list_texts(listing) == [code]


@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        ("$$\nx = \\frac{1}{2}\n$$\n", "x = \\frac{1}{2}"),
        ("$$ x $$\n", "x"),
        ("$$\nx\n$$ (label)\n", "x"),
    ],
)
def test_a_formula_is_known_by_its_tex(formula: str, tex: str) -> None:
    assert list_texts(formula) == [tex]


def test_what_is_rendered_has_no_ids_of_headings() -> None:
    text = (
        "## One {#one}\n\n## Two {/* #two */}\n\n### The `Three` {#three} ###\n\n- # Four {#four}\n"
    )
    assert "".join(list_markdown(text)) == "## One\n\n## Two\n\n### The `Three` ###\n\n- # Four\n"


def test_an_id_in_a_listing_is_code() -> None:
    (markdown,) = list_markdown(":::note\n\nWords.\n\n```md\n# A {#a}\n```\n\n:::\n")
    assert "# A {#a}" in markdown


def test_definitions_are_found_by_their_keys() -> None:
    page = lay_out("[The  Tools][tools] and ![it][pic].\n\n[Tools]: u 'T'\n[pic]: <a b.png>\n")
    assert page.definitions == {"TOOLS": "[Tools]: u 'T'", "PIC": "[pic]: <a b.png>"}
    assert page.sections[0].images == ("a b.png",)


def test_images_are_those_of_what_is_rendered() -> None:
    text = "A ![b](c.png 'T').\n\n![d](e.png)\n\n- ![f g](h(1).png)\n- i [![j](k.png)](l)\n"
    assert lay_out(text).sections[0].images == ("c.png", "h(1).png", "k.png")


@pytest.mark.parametrize("text", ["a\0b\n", "```mdx-code-block\nx\n```\n"])
def test_some_pages_cannot_be_told(text: str) -> None:
    assert lay_out_chapter(make_chapter(text, mdx=True)) is None


@pytest.mark.parametrize("mdx", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_every_chapter_has_a_page(name: str, mdx: bool) -> None:
    chapter = make_chapter(CASES[name], mdx=mdx)
    page = lay_out_chapter(chapter)

    assert page is None or len(page.sections) == len(chapter.sections)
    assert page is not None or chapter.opaque
    for section in page.sections if page is not None else ():
        assert _is_whole(section)


def _is_whole(section: PageSection) -> bool:
    """A native block is as many elements as it counts; only what is shown has a content."""
    return all(
        len(block.content.elements) == block.elements
        if isinstance(block.content, Native)
        else (block.content is None) == (block.elements == 0)
        for block in section.blocks
    )
