"""Hard chapters, one construct each: what a splitter is most likely to damage."""

CASES: dict[str, str] = {
    "empty": "",
    "one newline": "\n",
    "spaces only": "   \n\t\n  ",
    "no final newline": "# Sensors\n\nA camera sees `640x480` pixels.",
    "carriage returns and newlines": (
        "# Arm\r\n\r\nIt `grips`\r\nwell.\r\n\r\n```py\r\ngrip()\r\n```\r\n"
    ),
    "carriage returns only": "# Arm\r\rIt `grips`.\r\r```py\rgrip()\r```\r\r- a\r- b\r",
    "mixed line ends": "# Arm\r\n\nOne line\rand another\n\n- a\r\n- b\n",
    "byte order mark": "\ufeff---\ntitle: Arm\n---\n\n# Arm\n\nText.\n",
    "byte order mark alone": "\ufeff",
    "byte order mark inside": "# A\n\nword\ufeffword `c`\n",
    "front matter": "---\ntitle: 'a: b'\nid: x\n---\nLead.\n\n## First\n\nText.\n",
    "front matter with dots": "---\ntitle: x\n...\nText.\n",
    "front matter unclosed": "---\ntitle: x\n\n# A\n",
    "rule that is no front matter": "# A\n\n---\n\ntext\n\n---\n\nmore\n",
    "line separators of Unicode": "a\u2028b `c` \u2029 d\x85e\n\n\x0c\n`y`\x0bz\n",
    "tabs": "-\tfoo `a`\n\n\tbar `b`\n\n\t\tcode\n\n>\tq `c`\n>\tr `d`\n\n1.\t\tdeep\n",
    "ATX headings": "# One\n\n## Two ##\n\n### Three {#three}\n\n#\n\n####### seven\n\n## C# #\n",
    "setext headings": "One `x`\nmore\n===\n\ntext\n\nTwo\n---\n\nend\n",
    "headings without blank lines": "text\n# A\ntext\n## B\n- x\n## C\n```\n# no\n```\n## D\n",
    "heading ids": (
        "## A {#a-1}\n\n## B {/* #b-1 */}\n\n## C [[c-1]]\n\n## D {: #d-1 .x}\n\n## `E` {#e}\n"
    ),
    "headings that repeat": "## Setup\n\na\n\n## Setup\n\nb\n\n## Setup-1\n\nc\n\n### Setup\n",
    "headings of symbols": "## 🤖\n\na\n\n## 🤖\n\n## ---x---\n\n## C++ & Python: 1.2\n",
    "bold and nested emphasis": "**bold *and italic* text** with __under__ and ~~struck~~ words.\n",
    "inline code": "Use `a`, ``b ` c`` and ``` d `` e ```; a stray ` and `f\ng` across lines.\n",
    "code beside code": "`a``b` and `c` `d``\n",
    "fence in fence": "````md\n```js\nx\n```\n# no\n````\n\n# B\n",
    "tilde fence": "~~~\n```\n~~~\n`a`\n",
    "unclosed fence": "# A\n\ntext\n\n```py\n# not a heading\n\nmore\n",
    "fence after text": "text\n```py\nx\n```\ntext\n",
    "fence with a title": '```py title="a.py" {1,3-5} showLineNumbers\nx = "`"\n```\n',
    "indented code": "text\n\n    code `x`\n\n    more\n\ntext\n",
    "code in lists": (
        "1. one\n\n   ```py\n   x\n   ```\n\n   more `c`\n2. two\n   - n\n\n         code\n"
    ),
    "lists in quotes in lists": (
        "- a\n  > q\n  > - b `c`\n  >   more\n  >\n  >   > deep\n  > 1. x\n  >    y\n- z\n"
    ),
    "lazy continuations": "> quoted\nlazy `c`\n\n- item\nlazy [l](u)\n\n1. > both\nlazy\n",
    "loose and tight lists": "- a\n- b\n\n- c\n\n  second `p`\n\n* other\n\n1) x\n2) y\n",
    "empty items": "-\n- a\n-\n\n  b\n\n1.\n\n2. c\n",
    "deep lists": (
        "- a\n  - b\n    - c\n      - d\n        - e\n          - f `x`\n            more\n"
    ),
    "task lists": "- [ ] open `a`\n- [x] done\n  more\n- [X] [link](u)\n- [ ]no\n",
    "ordered lists": "3. three\n4. four\n\n\n10. ten\n    more\n\n007) seven\n",
    "tables": "| a | b |\n|:--|--:|\n| `x\\|y` | c \\| d |\n| same | same `s` |\n",
    "pipes in code in tables": "| a | b |\n|---|---|\n| `x|y` | c |\n| fine | $|v|$ |\n",
    "orphan and missing cells": (
        "| a | b |\n|---|---|\n| 1 one | 2 two | 3 three `x` |\n| only |\n||\n|  | z |\n"
    ),
    "tables without outer pipes": "a | b\n--|--\nc | d `e`\nf | \\|\n\nafter\n",
    "tables in containers": (
        "> | a | b |\n> |---|---|\n> | c | `d` |\n\n- | a |\n  |---|\n  | word |\n"
    ),
    "table ended by text": "| a |\n|---|\n| b |\ntext that is a row\n\n# H\n",
    "links": (
        'See [a](b), [c](<d e> "t"), [f](g(h)i "x \\" y"), [j]( k ) and [](l) and [m](n\n"t").\n'
    ),
    "links in links": "[![alt](i.png)](http://x) [a `]` b](u) [a [b](c) d](e) [[x](y)](z)\n",
    "broken links": "[a](b c) [d](e [f] (g) ](h) [i]( [j](k\\) [l][m\n",
    "reference links": (
        "[a][b], [b], [B][], ![i][b], [none], [x][none]\n\n[b]: <http://x y> 't'\n[c]:\n"
        '  http://z\n  "title"\n'
    ),
    "references in other sections": (
        "# A\n\n[one], [two][1]\n\n# B\n\n[1] text\n\n[one]: http://o\n[1]: http://t\n"
    ),
    "footnotes": (
        "x[^1] and [^long note].\n\n[^1]: Note with `c`\n    more\n\n    second\n"
        "[^2]: [l](u)\nafter\n"
    ),
    "images": "![alt *x* [y]](a.png)\n\ntext ![b](c.png){width=50%} text\n\n![d](e f.png)\n",
    "autolinks": (
        "<https://a.b/c> <me@x.org> https://d.e/f(g), http://h.i/j_k. www.l.m/n me@o.org (https://p.q)\n"
    ),
    "entities and escapes": "&lt; &#42; &#x2A; &nope &amp;&amp; \\* \\[ \\\\ \\` \\a \\& don\\'t\n",
    "hard breaks": "a  \nb\\\nc `d`  \n\n> e  \n> f\\\n> g\n\n- h  \n  i   \n  j\n",
    "HTML blocks": (
        "<div align='center'>\n\n# Inside\n\ntext `c`\n\n</div>\n\n<p>One <b>line</b></p>\n\n"
        "<!-- c -->\n"
    ),
    "HTML inline": (
        'a <b>x</b> <!-- y `z` --> <br/> <img src="a>b" alt="x"> <kbd>C</kbd> <a href=\'u\'>l</a>\n'
    ),
    "HTML comment with everything": (
        "a\n\n<!--\n# no\n\n```\n-->\n\n# yes\n\n<!-- unclosed\n\ntext\n"
    ),
    "details": (
        "<details>\n<summary>Click `x`</summary>\n\nbody **b**\n\n## inside\n\n```js\nc\n"
        "```\n\n</details>\n"
    ),
    "HTML table": (
        "<table>\n  <tr><td>one `x`</td><td>two</td></tr>\n\n  <tr><td>three</td></tr>\n</table>\n"
    ),
    "script and style": (
        "<style>{`a { b: c }`}</style>\n\n<script>\nif (a < b) { x() }\n\n# no\n</script>\n\ntext\n"
    ),
    "HTML in lists": "- <b>x</b>\n  <div>\n  y\n  </div>\n- z\n",
    "alerts": (
        "> [!NOTE]\n> Text `c`.\n>\n> More.\n\n> [!TIP] Title\n> x\n\n> [!warning]\n\nafter\n"
    ),
    "directives": (
        ":::tip[Use `x` **now**]\n\n::::note\nin `c`\n::::\n:::\n\n:::note Plain Title\n\n"
        "text\n\n:::\n"
    ),
    "directives of MyST": (
        ":::{note} Title\nbody\n:::\n\n```{warning}\nx\n```\n\n(target)=\n## H\n\n"
        "{ref}`a` % b\n\n+++\n"
    ),
    "unclosed directive": ":::note\n\ntext\n\n# A\n\n## B\n\ntext\n",
    "directives in lists": "- a\n\n  :::note\n\n  b `c`\n\n  :::\n\n- d\n",
    "MkDocs admonitions": (
        '!!! note "A `title`"\n\n    Body [l](u).\n\n    - item\n\n        code\n\n'
        "    More\n\n??? tip\n    x\nafter\n"
    ),
    "MkDocs tabs": ('=== "Python"\n\n    ```py\n    x\n    ```\n\n=== "C++"\n\n    text\n\nend\n'),
    "MkDocs odds": '--8<-- "a.md"\n\n*[ROS]: Robot\n\n{: .class #id }\n\n[TOC]\n\ntext {: .x }\n',
    "definition list": "Term\n: Definition `c`\n\nTerm two\n\n: Other\n",
    "formulas": (
        "Inline $a_b$ and $$c$$.\n\n$$\na\n\nb\n$$\n\n$$x$$ (1)\n\n- item\n  $$\n  y\n"
        "  $$\n\n\\begin{align}\na&b\n\\end{align}\n"
    ),
    "formulas in brackets": (
        "\\(a^2\\) and \\\\(b\\\\) \\[note\\]\n\n\\[\nx_1\n\\]\n\nA \\begin{x} y \\end{x} b\n"
    ),
    "unclosed formulas": "$$\nnever closed\n\n# A\n\n$$ x\n\ntext $ y\n",
    "currency": "It costs $5 and $6.\n\nBut 4$\\times$ $7 or $8 `$x$`.\n\nFrom $1-$2.\n",
    "imports": (
        "import X from \"y\"\nimport {\n  a,\n\n  b\n} from 'c';\n"
        "export const z = () => {\n\n  return 1\n}\n\ntext\n"
    ),
    "prose that says import": (
        "import the module `x` from disk\n\nexport your data.\n\nimport duties apply.\n"
    ),
    "unclosed export": "export const a = {\n\n# A\n\ntext\n\n# B\n",
    "JSX": (
        '<Tabs groupId="os">\n<TabItem value="a" label=\'b\'>\n\nText `c`.\n\n```py\nx\n'
        "```\n\n</TabItem>\n</Tabs>\n\n# out\n"
    ),
    "JSX with blank lines": (
        '<Foo\n  a="x"\n\n  b={`t ${y} }`}\n>\n\n  text `c`\n\n    <Bar>in `d`</Bar>\n</Foo>\n'
    ),
    "JSX in text": (
        'Press <Key name="a"/> or <B>word</B>, a < b, 1 <2, {x ? \'a}\' : "b"} and {/* no */}.\n'
    ),
    "JSX around a line": "<Tip>Some *text* with `c`.</Tip>\n\n<p>a</p>\n<Tip>\nx\n</Tip>\n",
    "JSX that opens in a line": "<Tip>text starts here\n\nmore\n\nand ends</Tip>\n\n# H\n",
    "unbalanced JSX": "<Tabs>\n\n# A\n\ntext\n\n# B\n\n</Nope>\n\ntext <Foo\n\n# C\n",
    "headings in components": "<Tabs>\n\n# in\n\ntext\n\n</Tabs>\n\n# out\n\ntext\n",
    "fence deep in a component": (
        "<A>\n  <B>\n      text\n      ```py\n      x\n\n      y\n      ```\n      text\n"
        "  </B>\n</A>\n"
    ),
    "expressions": "{frontMatter.title}\n\ntext {a.b} text\n\n{\n  x\n}\n\n{unclosed\n\n# A\n",
    "templates": (
        "{% raw %}\n\n{{ site.name }}\n\ntext {{ a.b }} and {% if x %}y{% endif %}\n\n"
        "{{< short >}}\n"
    ),
    "roles and attributes": "{ref}`a` and :ref:`b` and `c`{.py} and [d](e){.f} {#g}\n",
    "emoji": ":robot: at 10:30:45, 👩\u200d👩\u200d👧 🇵🇰 ✋🏽 `c` :+1:\n",
    "text from right to left": (
        "# سلام `ros2 run` {#hello}\n\nیہ `x` ہے\u200c \u202a$a$\u202c [متن](http://a/b)۔\n\n"
        "- نکتہ\n"
    ),
    "brackets of our own": "literal ⟦1⟧ and `⟦2⟧` and ⟦ alone ⟧\n\n# ⟦3⟧ heading\n",
    "anchors of Hugging Face": "# Title[[title]]\n\n[[open-in-colab]]\n\ntext [[x]]\n",
    "locked by HTML": "# A\n\n<!-- personalize: off -->\n\ntext\n\n# B\n\ntext\n",
    "locked by MDX": "# A\n\n{/* personalize: off */}\n\ntext\n\n# B\n\ntext\n",
    "paragraphs around a block": "one\n\ntwo `a`\n\n\nthree\n***\nfour\n\n![i](j)\n\nfive\n",
    "indented paragraphs": "   one\n  two\n\n three\n      four\n",
    "lines that are almost lists": "- a\n      * b\n      # c\n\ntext\n     - d\n",
    "words without letters": (
        "123 — 456\n\n`code`\n\n- `a`\n- 1\n\n| 1 | `b` |\n|---|---|\n| 2 | x |\n"
    ),
    "NUL": "a\x00b `c`\n\n# D\n",
    "many brackets": "[" * 60 + "a" + "]" * 60 + "(b)" * 5 + "\n",
    "many quotes": ">" * 80 + " deep\n",
    "many braces": "{" * 50 + "\n\n" + "}" * 50 + "\n\n<a {'\n",
    "title in the front matter alone": (
        "---\ntitle: The arm\nid: arm\n---\n\nIt `grips`.\n\n## Parts\n\nText.\n"
    ),
    "title in the front matter and a heading": "---\ntitle: The arm\n---\n\n# An arm\n\nText.\n",
    "titles that are more than words": "---\ntitle: '`arm.py` <b>'\n---\nLead.\n",
    "title over lines": "\ufeff---\r\ntitle: >\r\n  The\r\n  arm\r\n---\r\n\r\nText.\r\n",
    "tilde fences nested": "~~~~md\n~~~\na\n~~~\n~~~~\n\n> ~~~\n> b\n\nc\n",
    "fence closed by more than it opened": "```\na\n`````\n\nb\n\n   ```\n   c\n  ```\n\nd\n",
    "code in quotes": "> ```py\n> x\n>\n> y\n> ```\n> words `z`\n>\n>     indented\n",
    "code in list items": "- ```py\n  x\n  ```\n- a\n\n      code\n\n  1. ~~~\n     y\n     ~~~\n",
    "setext in containers": "> One\n> ===\n\n- Two\n  ---\n  text\n",
    "footnotes in containers": "> x[^a]\n>\n> [^a]: note\n\n- y[^b]\n\n  [^b]: other\n      more\n",
    "references with odd labels": "[A  b][], [c\nd] and [e][a B]\n\n[a b]: x\n[C D]: <y z> (t)\n",
    "details without blank lines": (
        "<details>\n<summary>More <b>here</b></summary>\nBody with `x` &amp; y\non two lines.\n"
        "</details>\n"
    ),
    "details in MDX": (
        "<details>\n  <summary>More</summary>\n\n  Body.\n\n  - item\n\n</details>\n\n# A\n"
    ),
    "HTML with words": (
        '<p align="center">\n  <b>Robots</b> grip\n  and walk; see <a href="u">the docs</a>.\n'
        "</p>\n\n<center>One<br>two</center>\n\n<div>\n- a\n- b\n</div>\n"
    ),
    "HTML table with words": (
        "<table>\n  <tr>\n    <th>Part</th><th>3</th>\n  </tr>\n"
        "  <tr><td>Arm <code>a<b</code></td><td>&nbsp;</td></tr>\n</table>\n"
    ),
    "HTML figure": (
        '<figure>\n  <img src="a b.png" alt="The arm" width=3>\n'
        "  <figcaption>The arm, gripping.</figcaption>\n</figure>\n"
    ),
    "HTML in containers": (
        '> <div class="x">\n> two words\n> on lines\n> </div>\n\n- <b>\n  hello\n  </b>\n'
    ),
    "HTML that is not text": (
        "<script>\nlet a = 1 < 2\n\n# no\n</script>\n\n<style>\np { a: b }\n</style>\n\n"
        "<pre>\n# no\n\n  words\n</pre>\n\n<svg><text>no</text></svg>\n\n"
        "<math>\n<mi>x</mi>\n</math>\n\n<div><textarea>\na\n</textarea> b</div>\n\n"
        "<![CDATA[\nwords\n]]>\n\n<?php words ?>\n\n<!DOCTYPE html>\n"
    ),
    "HTML with loose signs": "<p>\n1 < 2 words\n</p>\n\n<p>a <b</p>\n\n<div\nwords\n</div>\n",
    "HTML of a readme": (
        '<h1 align="center"><a href="x"><img src="y" alt="The logo"></a><br>Title</h1>\n\n'
        "<p><i><b>a</b> c</i></p>\n"
    ),
    "unclosed script": "# A\n\n<script>\nvar a\n\n# B\n\nwords\n",
    "unclosed pre": "<div><pre>\n\nwords\n</pre></div>\n\n# A\n",
    "HTML locked": "# A\n\n<div>\n<!-- personalize: off -->\nwords\n</div>\n\n# B\n",
    "raw elements in text": "Type <code>a *b* {c}</code> or <kbd>Ctrl</kbd> <code>x\ny</code>\n",
    "images alone": (
        '![The arm](a.png "t")\n\n- ![One](b)\n- ![Two][c]\n- ![c]\n- ![](d)\n\n'
        "> ![Three](<e f>){width=5}\n\n| ![Four](g) | h ![Five](i) |\n|---|---|\n\n[c]: j\n"
    ),
    "images with hard text": (
        "![a [b]](c)\n\n![a `b`](c)\n\n![d.png](d.png)\n\n![1](e)\n\n![a\nb](f)\n\n"
        '![say "so"](g)\n\n![a](h) ![b](i)\n\n# ![logo](j)\n\n[![k](l)](m)\n'
    ),
    "definition lists": (
        "Lead.\n\nTerm `x`\n: Meaning\n  goes on\n: Another\n\n    more\n\n    - item\n\n"
        "Two\nterms\n\n:   Both\n\nEnd.\n\n> Quoted\n> : Meaning\n\n: alone\n"
    ),
    "definitions by code": (
        "Term\n:     A listing\n: > A quote\n\nTab\n:\t\tlisting\n\n      goes on\n\nEnd.\n"
    ),
    "MyST fences that hold prose": (
        "```{note} A *title*\n:class: tip\n\nBody `x`.\n\n## in\n```\n\n````{tip}\n- a\n\n"
        "```{warning}\ndeep\n```\n````\n\n~~~{admonition} B\n---\nclass: x\n---\nc\n~~~\n\n"
        "> ```{hint}\n> d\n> ```\n\n- ```{note}\n  e\n  ```\n"
    ),
    "MyST fences that hold none": (
        "```{code-cell} python\nx\n```\n\n```{math}\na\n```\n\n```{figure} a.png\nb\n```\n\n"
        "```{note}\nnever closed\n"
    ),
    "MyST options": (
        ":::{note}\n:class: dropdown\n:name: x\nwords\n:::\n\n::::{grid} 2\n:::{card} Title\n"
        "words\n:::\n::::\n\n:::{tip}\n---\na: b\n---\nwords\n:::\n"
    ),
    "MkDocs admonitions nested": (
        '!!! note\n\n    ??? tip "Deep `x`"\n\n        words\n\n'
        '    === "Tab"\n\n        a\n\n???+ bug\n'
    ),
    "directives nested and titled": (
        "::::note[One]\n\n:::tip[Two]\n\na\n\n:::\n\n:::danger{.x}\nb\n:::\n\n::::\n\n# A\n"
    ),
    "alerts in lists": "- > [!NOTE]\n  > a `b`\n\n> [!CAUTION]\n>\n> - c\n",
    "JSX with readable values": (
        '<Tabs>\n<TabItem value="a" label="On the desk" default>\n\n'
        '<img\n  src="a"\n  alt="An arm, gripping."\n/>\n\n'
        '<Card title="Say &quot;so&quot;" label="a.py" description={b} caption="Some words" />\n\n'
        '<Tip title="Mind *this*">Words `x`</Tip>\n\n</TabItem>\n</Tabs>\n'
    ),
    "JSX values in odd places": (
        '{`<Foo title="a b">`}\n\n<Foo a={{b: "<C title=\'d e\'>"}} title="f g" />\n\n'
        'Press <Key title="a b"/> now.\n\n<Foo title=\'h i\' label = "j" alt="" />\n'
    ),
    "expressions of many lines": '{items.map((x) => (\n  <li title="a b">{x}</li>\n))}\n\ntext\n',
    "Liquid and Jinja": (
        "{% if a %}\nwords {{ b | c: 'd' }} more {%- e -%}\n{% endif %}\n\n{# note #}\n\n"
        "{{% shortcode %}}\n"
    ),
    "marked words": "Some ==marked== and ~sub~ ^sup^ ++ins++ text.\n\n==alone==\n",
    "tables drawn with signs": (
        "+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+\n\n| no | rule |\n| x | y |\n"
    ),
    "text of both directions": (
        "عربی \u200fand\u200e \u2067x\u2069 `c`\n\n- \u202bא\u202c ב\n\n| سلام | `d` |\n|---|---|\n"
    ),
    "joined and parted letters": "می\u200cخواهم 👩\u200d🚀 क्\u200dष `c` :rocket: 🏳️\u200d🌈\n",
    "odd spaces": "a\u00a0b `c`\u3000d\u2003e\n\n\u00a0f\u2009g\n",
    "controls": "a\x1cb\x1d `c`\x1e\x1f\x7f\n\n- d\x0be\n",
    "carriage returns in every container": (
        "> a\r\n> b\r\n\r\n- c\r\n  d\r\n\r\n| e |\r\n|---|\r\n| `f` |\r\n\r\n!!! note\r\n\r\n"
        "    g\r\n    h\r\n\r\n<p>\r\ni\r\nj\r\n</p>\r\n\r\nk\r\n: l\r\n"
    ),
}
