"""What authors write and what readers see: every construct that a book uses."""

import pytest

from tests.web.guests import list_elements, list_ids, read_code, read_text
from tests.web.pages_of_text import load, render


def classes(html: str, tag: str) -> list[str]:
    return [each.get("class", "") for _, each in list_elements(html, tag)]


def test_table_scrolls_in_a_box_of_its_own() -> None:
    html = render("| Part | Job |\n|:---|---:|\n| Arm | *lifts* |\n")
    tags = [tag for tag, _ in list_elements(html)]
    assert tags == ["div", "table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td", "em"]
    assert ("div", {"class": "table", "tabindex": "0"}) in list_elements(html)


def test_footnote_is_found_wherever_it_is_written() -> None:
    html = render("# A\n\nOne.[^x] Two.[^y]\n\n[^y]: Here.\n\n## B\n\nMore.\n\n[^x]: Far *away*.\n")
    assert "[^" not in html
    assert "Far away ." in read_text(html)
    assert list_ids(html).count("fn-a0-1") == 1
    targets = {each["href"] for _, each in list_elements(html, "a")}
    assert targets <= {f"#{name}" for name in list_ids(html)}


def test_link_is_found_wherever_its_target_is_written() -> None:
    html = render("# A\n\n[Noor][n]\n\n## B\n\n[n]: ./noor.md 'Our robot'\n")
    assert list_elements(html, "a") == [
        ("a", {"href": "/chapters/noor", "title": "Our robot", "rel": "noopener noreferrer"})
    ]


@pytest.mark.parametrize(
    "latex",
    ["$E = mc^2$", "$$\\frac{a}{b}$$", "$$\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n$$",
     "\\begin{align}a &= b\\end{align}", "$\\mathbf{q} \\in \\mathbb{R}^n$"],
)  # fmt: skip
def test_formula_is_set_by_the_browser(latex: str) -> None:
    html = render(f"Before.\n\n{latex}\n\nAfter.\n")
    assert "<math" in html
    assert 'dir="ltr" class="formula"' in html
    assert "$" not in read_text(html)


def test_formula_that_cannot_be_read_is_shown_as_it_was_written() -> None:
    html = render("It is $\\nonsense{x}$.\n")
    assert "\\nonsense{x}" in read_text(html)


def test_money_is_no_formula() -> None:
    assert "costs $5 and $10" in read_text(render("It costs $5 and $10.\n"))


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        (":::note\n\nBody\n\n:::\n", "note", "Note"),
        (":::tip Mind *this*\n\nBody\n\n:::\n", "tip", "Mind *this*"),
        (":::warning[Hot & <b>sharp</b>]\n\nBody\n\n:::\n", "warning", "Hot & <b>sharp</b>"),
        ("!!! danger\n    Body\n", "danger", "Danger"),
        ('!!! example "Try *it*"\n    Body\n', "info", "Try it"),
        ("> [!WARNING]\n> Body\n", "warning", "Warning"),
        ("> [!important]\n> Body\n", "info", "Important"),
    ],
)
def test_admonition_has_its_kind_and_title(source: str, kind: str, title: str) -> None:
    html = render(source)
    assert ("div", {"class": f"admonition {kind}"}) in list_elements(html)
    assert read_text(html) == f"{title} Body"


@pytest.mark.parametrize(("mark", "is_open"), [("???", False), ("???+", True)])
def test_an_admonition_of_mkdocs_folds(mark: str, *, is_open: bool) -> None:
    html = render(f'{mark} tip "The *title*"\n\n    !!! note\n        Body\n\nAfter.\n')
    ((_, details),) = list_elements(html, "details")
    assert details == {"class": "admonition tip"} | ({"open": ""} if is_open else {})
    assert classes(html, "summary") == ["admonition-title"]
    assert classes(html, "div") == ["admonition note"]
    assert html.rstrip().endswith("</details>\n<p>After.</p>")


def test_admonitions_nest() -> None:
    html = render("::::note\n\nOuter\n\n:::tip[In]\n\nInner\n\n:::\n\n::::\n\nAfter\n")
    assert classes(html, "div") == ["admonition note", "admonition tip"]
    assert html.rstrip().endswith("<p>After</p>")


def test_word_that_begins_like_an_admonition_is_none() -> None:
    assert read_text(render(":::notebook\n\nText\n\n:::\n")).startswith(":::notebook")


@pytest.mark.parametrize(
    "source",
    [
        ":::note[Your hardware (added for you)]\n\nText\n\n:::\n",
        '!!! note "Your hardware (added for you)"\n\n    Text\n',
        "> **Your hardware (added for you)**\n>\n> Text\n",
        '??? note "Line by line (added for you)"\n\n    - Text\n',
        "<details>\n<summary>Line by line (added for you)</summary>\n\n- Text\n\n</details>\n",
        ":::note[آپ کا ہارڈویئر (آپ کے لیے اضافہ)]\n\nText\n\n:::\n",
    ],
)
def test_what_was_added_for_the_reader_is_marked(source: str) -> None:
    marked = [each.get("class", "") for _, each in list_elements(render(source))]
    assert sum("added" in each.split() for each in marked) == 1


def test_details_fold() -> None:
    html = render("<details>\n<summary>Answer</summary>\n\nIt is **42**.\n\n</details>\n")
    assert [tag for tag, _ in list_elements(html)] == ["details", "summary", "p", "strong"]


def test_tasks_are_boxes_that_cannot_be_ticked() -> None:
    boxes = list_elements(render("- [ ] one\n- [x] two\n- three\n"), "input")
    assert [("checked" in each, each["aria-label"]) for _, each in boxes] == [
        (False, "To do"),
        (True, "Done"),
    ]
    assert all("disabled" in each for _, each in boxes)


def test_listing_is_coloured_and_keeps_every_character() -> None:
    code = 'if a < b and c > d:\n    print("&amp; \\t")\n'
    html = render(f'```python title="a <b>.py" {{1}}\n{code}```\n')
    assert '<span class="k">if</span>' in html
    assert "a &lt;b&gt;.py" in html
    shown = html.split("<code>")[1].split("</code>")[0]
    assert read_code(shown) == code


@pytest.mark.parametrize("language", ["", "nonsense", "{.python}", "text", "<script>"])
def test_listing_in_any_language_is_shown(language: str) -> None:
    html = render(f"```{language}\na < b\n```\n")
    assert read_code(html).strip().endswith("a < b")
    assert "<script" not in html


def test_diagram_is_a_picture_with_a_description() -> None:
    html = render("```mermaid\nflowchart LR\n  A[Sense] --> B[Act]\n```\n")
    picture = next(each for _, each in list_elements(html, "img"))
    assert picture["src"].startswith("data:image/svg+xml;base64,")
    assert "A[Sense] --> B[Act]" in picture["alt"]
    assert int(picture["width"]) > int(picture["height"]) > 0


def test_diagram_that_cannot_be_drawn_is_a_listing() -> None:
    html = render("```mermaid\nno diagram at all <b>\n```\n")
    assert "<img" not in html
    assert "no diagram at all &lt;b&gt;" in html


def test_headings_have_the_ids_that_the_chapter_says() -> None:
    text = (
        "# One\n\n> ## quoted\n\n- ## in a list\n\n:::note\n\n### inside\n\n:::\n\n"
        "<details>\n\n### folded\n\n</details>\n\n### Named {#own-name}\n\n"
        "### Other {/* #other-name */}\n\n## Twice\n\n## Twice\n\nSet\n---\n\n#### `a` $x$ *b*\n"
    )
    chapter = load(text)
    expected = [heading.id for section in chapter.sections for heading in section.headings]
    html = render(text)
    found = [each.get("id") for _, each in list_elements(html, "h1", "h2", "h3", "h4")]
    assert found == expected
    assert {"own-name", "other-name", "twice", "twice-1"} <= set(expected)
    assert "{#" not in html
    assert "own-name" not in read_text(html)


def test_front_matter_is_not_shown() -> None:
    assert read_text(render("---\ntitle: Robots\n---\n\nText.\n")) == "Text."


def test_bare_addresses_are_links() -> None:
    html = render("See https://docs.ros.org/en/jazzy for more.\n")
    assert [each["href"] for _, each in list_elements(html, "a")] == [
        "https://docs.ros.org/en/jazzy"
    ]


def test_picture_of_another_site_is_a_link_and_is_not_loaded() -> None:
    raw = "<img src='//x.example/y.png' alt='Y'>"
    html = render(f"![A badge](https://img.example/b.svg)\n\n{raw}\n")
    assert [each["href"] for _, each in list_elements(html, "a")] == ["https://img.example/b.svg"]
    assert all("src" not in each for _, each in list_elements(html, "img"))
    assert "A badge" in html
