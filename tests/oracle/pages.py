"""Chapters that only a site's own loader can judge: what stands on a page, and as how much."""

from tests.book.chapters.cases import CASES

# Constructs of MkDocs, MyST and of our own kindness, which Docusaurus takes for words or for one
# block up to the end; its page then has other elements than we say, and shows the author's text.
FOREIGN = frozenset(
    {
        "MkDocs admonitions",
        "MkDocs admonitions nested",
        "MkDocs tabs",
        "MyST options",
        "carriage returns in every container",  # an admonition of MkDocs
        "directives",  # more colons inside than around
        "directives of MyST",
        "unclosed directive",
        "unclosed formulas",
    }
)

COUNTED: dict[str, str] = {
    name: text for name, text in CASES.items() if name not in FOREIGN and "\0" not in text
} | {
    "formula in a paragraph": "text\n$$x$$\nmore\n\n$$x$$\n\n$$\nx\n$$\n",
    "brackets in a paragraph": "text\n\\[ x \\]\nmore\n\n\\[ x \\]\n",
    "components in a row": "<A/> <B/>\n\n<A/>{1}<B>x</B>\n\n<a>x</a> <b>y</b>\n\n<a>x</a>, y\n",
    "comments": (
        "{/* a */}\n\n{/* a */} {/* b */}\n\n<!-- c -->\n\na <!-- c --> b\n\na\n<!-- c -->\nb\n"
    ),
    "comment above words": "<!-- a -->\ntext\n\n{/* c */}\ntext\n",
    "component behind another": "<Tabs>\n\nfoo\n\n</Tabs> <C/>\n\n<A>\n\nfoo\n\n</A>\n<B/>\n",
    "component in a paragraph": "text\n<A/>\nmore\n\ntext <A/> more\n",
    "directives without blank lines": (
        "text\n:::note\nfoo\n:::\ntail\n::leaf\nmore\n\n:::other\n\nx\n\n:::\n"
    ),
    "directives in directives": (
        "::::note[A *b*]\n\ntext\n\n:::tip\n\n```py\nx\n```\n\n:::\n\n::::\n\ntext\n"
    ),
    "details": (
        "<details>\n<summary>x</summary>\n\nfoo <b>x</b>\n\n</details>\n\n<details>x</details>\n"
    ),
    "definitions": "[a]: b\n[c]: d 'e'\n\n[a] and [c]\n\n[^1]: foot\n\n    more foot\n\nword[^1]\n",
    "expressions": "{1 + 1}\n\n{[1].map((x) => <b key={x}>{x}</b>)}\n\nsum: {1 + 1}\n",
    "imports": "import A from 'a'\n\nexport const b = {\n  c: 1,\n}\n\n# T\n\n<A/>\n",
    "title": "---\ntitle: T\n---\n\n# T\n\ntext\n\n## S\n\n---\n\n* a\n\n+ b\n",
    "listings": "   ```py\n   a\n     b\n   ```\n\n~~~mermaid\ngraph\n~~~\n\n```\n\n```\n",
    "line ends": "# T\r\n\r\ntext\r\nmore\r\n\r\n```py\r\na\r\nb\r\n```\r\n\r\n- a\r\n- b\r\n",
    "snippets": "+++ foo\nbar\n\n[TOC]\n\nfoo\n[[x]]\nbar\n\n*[HTML]: Hyper\n",
    "pictures": "![a](b.png)\n\n![a](b.png) ![c](d.png)\n\n[![a](b.png)](c)\n\nA ![b](c.png) d.\n",
}
