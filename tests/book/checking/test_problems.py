"""Each problem is found where it stands, and its healthy neighbour is not."""

from pathlib import Path

import pytest

from server.book.checking.domain import Code, Severity
from server.settings import DialectSetting
from tests.book.checking.books import check_files, find_codes

MD = DialectSetting.COMMONMARK
MDX = DialectSetting.DOCUSAURUS
MKDOCS = DialectSetting.MKDOCS

BROKEN: list[tuple[str, DialectSetting, str | bytes, list[tuple[Code, int, int]]]] = [
    ("not UTF-8", MD, b"# A\r\n\r\nbad \xff byte\r\n", [(Code.NOT_UTF8, 3, 5)]),
    ("NUL", MD, "# A\n\nab\0c\n", [(Code.NUL_BYTE, 3, 3)]),
    (
        "YAML error",
        MD,
        "---\ntitle: a: b\n---\n# A\n",
        [(Code.BROKEN_FRONT_MATTER, 2, 9)],
    ),
    ("no such date", MD, "---\nd: 2024-99-99\n---\n# A\n", [(Code.BROKEN_FRONT_MATTER, 1, 1)]),
    ("too deep", MD, f"---\na: {'[' * 3000}\n---\n", [(Code.BROKEN_FRONT_MATTER, 1, 1)]),
    ("no mapping", MD, "---\n- a\n---\n# A\n", [(Code.BROKEN_FRONT_MATTER, 1, 1)]),
    ("no end", MD, "---\ntitle: A\n\n# A\n", [(Code.UNCLOSED_FRONT_MATTER, 1, 1)]),
    ("title list", MD, "---\ntitle: [a]\n---\n# A\n", [(Code.WRONG_TYPE, 2, 1)]),
    ("position", MD, "---\nsidebar_position: '1'\n---\n# A\n", [(Code.WRONG_TYPE, 2, 1)]),
    ("infinite", MD, "---\nsidebar_position: .inf\n---\n# A\n", [(Code.WRONG_TYPE, 2, 1)]),
    ("switch", MD, "---\ntitle: A\npersonalize: 'no'\n---\n# A\n", [(Code.WRONG_TYPE, 3, 1)]),
    ("norwegian", MD, "---\nlang: no\n---\n# A\n", [(Code.WRONG_TYPE, 2, 1)]),
    ("language", MD, "---\nlang: English\n---\n# A\n", [(Code.UNKNOWN_LANGUAGE, 2, 1)]),
    ("spelling", MD, "---\npersonalise: false\n---\n# A\n", [(Code.UNKNOWN_KEY, 2, 1)]),
    ("doubled key", MD, "---\ntitle: A\ntitle: B\n---\n# A\n", [(Code.DOUBLED_KEY, 3, 1)]),
    (
        "unknown transformation",
        MD,
        "---\ntransformations:\n  exclude: [jetson-hardware, jetson]\n---\n# A\n",
        [(Code.UNKNOWN_TRANSFORMATION, 3, 30)],
    ),
    (
        "exclude is no list",
        MD,
        "---\ntransformations:\n  exclude: 3\n---\n# A\n",
        [(Code.WRONG_TYPE, 3, 12)],
    ),
    (
        "transformations is no mapping",
        MD,
        "---\ntransformations: none\n---\n# A\n",
        [(Code.WRONG_TYPE, 2, 1)],
    ),
    (
        "another key",
        MD,
        "---\ntransformations: {without: [a]}\n---\n# A\n",
        [(Code.UNKNOWN_KEY, 2, 19)],
    ),
    (
        "what may be rewritten",
        MD,
        "---\nrewrite: [exercises, warning]\n---\n# A\n",
        [(Code.UNKNOWN_WORD, 2, 22)],
    ),
    ("published when", MD, "---\npublish: later\n---\n# A\n", [(Code.UNKNOWN_WORD, 2, 1)]),
    ("rewrite is no list", MD, "---\nrewrite: true\n---\n# A\n", [(Code.WRONG_TYPE, 2, 10)]),
    ("fence", MD, "# A\n\n```py\nx = 1\n\nText.\n", [(Code.UNCLOSED_FENCE, 3, 1)]),
    ("tildes", MDX, "# A\n\n~~~\nx\n```\n", [(Code.UNCLOSED_FENCE, 3, 1)]),
    ("fence in a list", MD, "# A\n\n- ```py\n  x = 1\n\nText.\n", [(Code.UNCLOSED_FENCE, 3, 3)]),
    (
        "runaway",
        MD,
        "# A\n\n```py\nx\n\nText.\n\n```sh\nls\n```\n",
        [(Code.RUNAWAY_FENCE, 8, 1)],
    ),
    ("comment", MD, "# A\n\n<!-- a\n\nText.\n", [(Code.UNCLOSED_COMMENT, 3, 1)]),
    ("comment in MDX", MDX, "# A\n\nText {/* a\n\nText.\n", [(Code.UNCLOSED_COMMENT, 3, 6)]),
    ("nested", MD, "# A\n\n<!-- a\n\n<!-- b -->\n", [(Code.NESTED_COMMENT, 3, 1)]),
    ("component", MDX, "# A\n\n<Tabs>\n\nText.\n", [(Code.UNCLOSED_TAG, 3, 1)]),
    (
        "crossed components",
        MDX,
        "# A\n\n<Tabs>\n<TabItem>\n\nText.\n\n</Tabs>\n",
        [(Code.UNCLOSED_TAG, 4, 1)],
    ),
    ("closing tag", MDX, "# A\n\nText.\n\n</Tabs>\n", [(Code.STRAY_TAG, 5, 1)]),
    ("paragraph tag in MDX", MDX, "# A\n\n<p>\n\nText.\n", [(Code.UNCLOSED_TAG, 3, 1)]),
    ("component in Markdown", MD, "# A\n\n<Tabs>\n\nText.\n", [(Code.UNCLOSED_TAG, 3, 1)]),
    ("element", MD, "# A\n\nRun <name> now.\n", [(Code.UNCLOSED_ELEMENT, 3, 5)]),
    ("closing element", MD, "# A\n\n</details>\n", [(Code.STRAY_ELEMENT, 3, 1)]),
    ("directive", MDX, "# A\n\n:::note\n\nText.\n", [(Code.UNCLOSED_DIRECTIVE, 3, 1)]),
    (
        "directive around another",
        MDX,
        "# A\n\n::::note\n\n:::tip\n\nText.\n\n::::\n",
        [(Code.UNCLOSED_DIRECTIVE, 5, 1)],
    ),
    (
        "directive in another",
        MDX,
        "# A\n\n:::note\n\n:::tip\n\nText.\n\n:::\n\n:::\n",
        [(Code.DIRECTIVE_NESTING, 5, 1)],
    ),
    (
        "two directives, the first open",
        MDX,
        "# A\n\n:::note\n\n:::tip\n\nText.\n\n:::\n",
        [(Code.UNCLOSED_DIRECTIVE, 3, 1)],
    ),
    ("directive end", MDX, "# A\n\nText.\n\n:::\n", [(Code.STRAY_DIRECTIVE_END, 5, 1)]),
    (
        "orphan cells",
        MD,
        "# A\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
        [(Code.EXTRA_CELLS, 5, 11)],
    ),
    (
        "pipe in code",
        MD,
        "# A\n\n| a | b |\n|---|---|\n| `x|y` | 2 |\n",
        [(Code.EXTRA_CELLS, 5, 11)],
    ),
    (
        "backtick",
        MD,
        "# A\n\n| a | b |\n|---|---|\n| 1 | some `code |\n",
        [(Code.STRAY_BACKTICK, 5, 7)],
    ),
    ("reference", MD, "# A\n\nSee [the *text*][ref].\n", [(Code.UNDEFINED_REFERENCE, 3, 5)]),
    ("collapsed", MD, "# A\n\nSee [text][].\n", [(Code.UNDEFINED_REFERENCE, 3, 5)]),
    ("picture", MD, "# A\n\nSee ![text][ref].\n", [(Code.UNDEFINED_REFERENCE, 3, 6)]),
    ("footnote", MD, "# A\n\nSee this[^1].\n", [(Code.UNDEFINED_FOOTNOTE, 3, 9)]),
    (
        "two definitions",
        MD,
        "# A\n\n[A][a]\n\n[a]: https://a.example\n[A]: https://b.example\n",
        [(Code.DOUBLED_DEFINITION, 6, 1)],
    ),
    (
        "two footnotes",
        MD,
        "# A\n\nB[^a]\n\n[^a]: One.\n\n[^a]: Two.\n",
        [(Code.DOUBLED_DEFINITION, 7, 1)],
    ),
    ("ids", MD, "# A {#x}\n\n## B {#x}\n", [(Code.DUPLICATE_HEADING_ID, 3, 1)]),
    ("id and slug", MD, "# A {#b}\n\n## B\n", [(Code.HEADING_ID_COLLISION, 3, 1)]),
    ("levels", MD, "# A\n\n### B\n", [(Code.HEADING_JUMP, 3, 1)]),
    ("control", MD, "# A\n\nText\x0b here\n", [(Code.CONTROL_CHARACTER, 3, 5)]),
    ("separator", MD, "# A\n\nText\u2028here\n", [(Code.CONTROL_CHARACTER, 3, 5)]),
    ("override in code", MD, "# A\n\n`a\u202eb`\n", [(Code.BIDI_CHARACTER, 3, 3)]),
    ("direction mark", MD, "# A\n\na\u200fb\n", [(Code.BIDI_CHARACTER, 3, 2)]),
    ("British", MD, "# A\n\n<!-- personalise: off -->\n", [(Code.MISSPELLED_LOCK, 3, 1)]),
    ("no colon", MDX, "# A\n\n{/* personalize off */}\n", [(Code.MISSPELLED_LOCK, 3, 1)]),
    (
        "lock in a sentence",
        MD,
        "# A\n\nText <!-- personalize: off --> goes on.\n",
        [(Code.LOCK_WITHOUT_EFFECT, 3, 6)],
    ),
    ("picture file", MD, "# A\n\n![a](img/a.png)\n", [(Code.MISSING_FILE, 3, 6)]),
    ("HTML picture", MD, '# A\n\n<img src="a.png">\n', [(Code.MISSING_FILE, 3, 11)]),
    ("chapter", MD, "# A\n\n[b](./b.md#c)\n", [(Code.MISSING_FILE, 3, 5)]),
    ("definition", MD, "# A\n\n[b]\n\n[b]: b.md\n", [(Code.MISSING_FILE, 5, 1)]),
    ("anchor", MD, "# A\n\n[b](#b)\n", [(Code.MISSING_ANCHOR, 3, 5)]),
    ("anchor of itself", MD, "# A\n\n[b](a.md#b)\n", [(Code.MISSING_ANCHOR, 3, 5)]),
    ("long section", MD, f"# A\n\n{'word ' * 1300}\n", [(Code.LONG_SECTION, 1, 1)]),
    ("spans", MD, f"# A\n\n{'use `x` now ' * 31}\n", [(Code.MANY_SPANS, 3, 1)]),
]


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [case[1:] for case in BROKEN],
    ids=[case[0] for case in BROKEN],
)
def test_a_problem_is_found_where_it_stands(
    tmp_path: Path,
    dialect: DialectSetting,
    text: str | bytes,
    expected: list[tuple[Code, int, int]],
) -> None:
    assert find_codes(check_files(tmp_path, {"a.md": text}, dialect)) == expected


HEALTHY: list[tuple[str, DialectSetting, str]] = [
    ("nothing", MD, ""),
    ("front matter", MD, "---\ntitle: A\nslug: /a\nlang: ur\npersonalize: off\nx: 1\n---\n# A\n"),
    ("empty front matter", MD, "---\n---\n# A\n"),
    ("a rule, then a sentence", MD, "---\n\ntitle: x\n"),
    ("given away", MD, "---\nrewrite: [exercises, warnings]\n---\n# A\n"),
    ("approved", MD, "---\npublish: approved\n---\n# A\n"),
    ("another tool's word", MD, "---\npublish: true\n---\n# A\n"),
    ("excluded", MD, "---\ntransformations: {exclude: urdu-translation}\n---\n# A\n"),
    ("longer fence", MD, "````md\n```py\nx\n```\n````\n"),
    ("other fence", MD, "~~~md\n```py\nx\n```\n~~~\n"),
    ("fence in a quote", MD, "> ```py\n> x\n> ```\n"),
    ("comment in code", MD, "Write `<!--` and\n\n```html\n<!-- x\n```\n"),
    ("escaped comment", MD, "Write \\<!-- here.\n"),
    ("loose list items", MD, "<ul>\n<li>a\n<li>b\n</ul>\n\n<p>Text.\n"),
    ("void tags", MDX, "A<br/>b<br>c\n\n<img src='https://a.example/x.png' />\n"),
    ("inequality", MDX, "If a < b, go.\n"),
    ("generics in code", MDX, "`List<T>` and\n\n```ts\nlet a: Map<K>\n```\n"),
    ("tags in an expression", MDX, "<Tabs value={a < b ? <b>x</b> : `<T>`}>\n\nText.\n\n</Tabs>\n"),
    ("autolink", MD, "See <https://example.com/a>.\n"),
    ("nested directives", MDX, "::::note\n\n:::tip\n\nText.\n\n:::\n\n::::\n"),
    ("directive in a list", MDX, "- a\n\n  :::tip\n\n  Text.\n\n  :::\n"),
    (
        "directive behind HTML",
        MD,
        ":::{note}\n\n<img alt='x' src='https://a.example/x.png'>\n:::\n",
    ),
    ("directive in code", MDX, "```md\n:::note\n```\n"),
    ("mkdocstrings", MKDOCS, "::: package.module\n"),
    ("escaped pipe", MD, "| a | b |\n|---|---|\n| `x\\|y` | 2 |\n| 1 |\n"),
    ("index", MD, "Take x[i][j] and f(x)[0][1].\n"),
    ("task", MD, "- [ ] do [this](https://a.example)\n- [x] done\n"),
    ("reference", MD, "See [a][B], [b] and [b][].\n\n[b]: https://a.example\n"),
    ("references in code", MD, "Write `[a][b]` and `[^1]`.\n"),
    ("remarks", MD, "[//]: # (one)\n\n[//]: # (two)\n"),
    ("footnotes", MD, "A[^n].\n\n> Quote[^m]\n\n[^n]: One.\n[^M]: Two.\n"),
    ("slugs", MD, "# Setup\n\n## Setup\n\n## Own {#own}\n"),
    ("levels back up", MD, "## A\n\n### B\n\n## C\n"),
    ("tabs and no-break spaces", MD, "a\tb\u00a0c\n"),
    ("direction mark in Urdu", MD, "یہ متن\u200f ہے۔\n"),
    ("joiners", MD, "می\u200cخواهم 👩\u200d💻\n"),
    ("locks", MD, "# A\n\n<!-- personalize: off -->\n\nText.\n"),
    ("other comments", MDX, "# A\n\n{/* personalization is described below */}\n"),
    ("own anchors", MD, '# A b\n\n[x](#a-b) [y](#c) [z](#top)\n\n<a id="c"></a>\n'),
    ("anchor with accents", MD, "# Größe\n\n[x](#gr%C3%B6%C3%9Fe)\n"),
    ("MkDocs anchor", MKDOCS, "# A & B\n\n## A & B\n\n[x](#a-b) [y](#a-b_1)\n"),
    ("routes", MDX, "[a](/docs/a) [b](../b) [c](b/) [d](@site/x.md) [e](mailto:a@b.example)\n"),
    ("links in comments", MD, "<!-- [a](gone.md) -->\n"),
]


@pytest.mark.parametrize(
    ("dialect", "text"), [case[1:] for case in HEALTHY], ids=[case[0] for case in HEALTHY]
)
def test_what_is_well_is_left_in_peace(tmp_path: Path, dialect: DialectSetting, text: str) -> None:
    report = check_files(tmp_path, {"a.md": text}, dialect)
    assert report.list_problems() == []
    assert all(chapter.joins_exactly and chapter.splits_alone for chapter in report.chapters)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["plain", "BOM"])
def test_places_do_not_depend_on_line_ends(tmp_path: Path, line_end: str, bom: str) -> None:
    lines = ["---", "lang: English", "---", "# A\u2028b", "", "> See[^1] `x", "> y` [q](#q).", ""]
    text = bom + line_end.join(lines)
    assert find_codes(check_files(tmp_path, {"a.md": text}, MD)) == [
        (Code.UNKNOWN_LANGUAGE, 2, 1),
        (Code.CONTROL_CHARACTER, 4, 4),
        (Code.UNDEFINED_FOOTNOTE, 6, 6),
        (Code.MISSING_ANCHOR, 7, 10),
    ]


def test_every_code_has_a_severity_and_most_a_test(tmp_path: Path) -> None:
    assert {code.severity for code in Code} == set(Severity)
    tested = {code for *_, expected in BROKEN for code, _, _ in expected}
    between_files = {Code.LONG_ID, Code.SAME_ID, Code.ALIAS_COLLISION, Code.UNREADABLE}
    beside = {Code.GLOSSARY, Code.CATALOGUE}
    our_own_faults = {Code.INEXACT_JOIN, Code.UNSTABLE_SECTION}
    assert tested | between_files | beside | our_own_faults == set(Code)
    assert check_files(tmp_path, {"a.md": "# A\n"}).count(Severity.ERROR) == 0
