"""Answers that mean no harm and do it: words that a wrapped line turns into markup."""

from collections.abc import Callable, Mapping

from server.book.chapters.domain import Run

# What a sentence may hold in its middle, and no line at its beginning.
_LINE_STARTS: Mapping[str, str] = {
    "bullet": "- so it goes",
    "star": "* so it goes",
    "plus": "+ 3 more of them",
    "year": "2019. That was a good year.",
    "first number": "1. That was the first.",
    "bracketed number": "1) That was the first.",
    "quote": "> 5 of them",
    "heading": "# 1 in the list",
    "double underline": "===",
    "underline": "---",
    "rule": "***",
    "lone dash": "-",
    "table row": "| a | b |",
    "table rule": "--- | ---",
    "definition": "[label]: is a word",
    "footnote": "[^1]: is a note",
    "directive": ":::note",
    "directive's end": ":::",
    "admonition": '!!! note "Here"',
    "tab": '=== "Here"',
    "tilde fence": "~~~",
    "backtick fence": "```",
    "formula": "$$",
    "TeX": "\\begin{align}",
    "tag": "<div>",
    "closing tag": "</div>",
    "comment": "<!-- so",
    "import": "import x from 'y'",
    "export": "export const x = 1",
    "expression": "{x}",
    "front matter": "---\ntitle: so\n---",
    "indented": "    so it goes",
    "tab character": "\tso it goes",
    "task": "- [ ] so it goes",
    "template": "{% raw %}",
    "snippet": '--8<-- "x"',
    "abbreviation": "*[ROS]: Robot",
    "definition list": ": so it goes",
    "comment of MyST": "% so it goes",
    "block break of MyST": "+++",
    "target of MyST": "(so)=",
    "anchor": "[[so]]",
}

_INSIDE: Mapping[str, str] = {
    "bare address": " www.example.org",
    "bare mail": " me@example.org",
    "address without scheme": " see //example.org/x",
    "ftp address": " ftp://example.org/x",
    "scheme": " javascript:alert(1)",
    "entity": " &copy;",
    "numeric entity": " &#60;",
    "escape": " \\*",
    "backslash at the end": " so\\",
    "spaces at the end": " so  \nit goes",
    "reference": " [so][1]",
    "shortcut": " [so]",
    "footnote call": " [^1]",
    "image": " ![so](x.png)",
    "heading id": " {#so}",
    "attributes": " {: .so }",
    "role": " {ref}so",
    "shortcode": " :robot:",
    "one dollar": " $",
    "price": " $5",
    "two dollars": " $5 and $6",
    "one star": " *",
    "one underscore": " _so",
    "strike": " ~~so~~",
    "pipe": " | so",
    "backslash": " \\(x\\)",
    "closing bracket": " ]",
    "opening bracket": " [",
    "closing paren": " )",
    "less than": " a <b",
    "arrow": " <-",
    "brace": " { so",
    "double quotes": ' "so"',
    "emoji": " 🤖",
    "fullwidth": " ＄x＄ ｀y｀ ＜b＞",
    "line separator": "\u2028so",
    "form feed": "\x0cso",
    "carriage return": "\rso it goes",
    "carriage return and bullet": "\r- so it goes",
    "carriage returns and heading": "\r\r# so it goes",
    "next line": "\x85- so",
    "no-break spaces": "\n\u00a0\u00a0\u00a0\u00a0so",
}

Way = Callable[[Run], str]


def _append(addition: str) -> Way:
    return lambda run: run.masked + addition


def _prepend(addition: str) -> Way:
    return lambda run: addition + run.masked


def list_mischief() -> dict[str, Way]:
    """Each by its name: at a line's start, a paragraph's start, the run's start, inside a line."""
    ways = dict[str, Way]()
    for name, text in _LINE_STARTS.items():
        ways[f"{name} at a line's start"] = _append(f"\n{text}")
        ways[f"{name} at a paragraph's start"] = _append(f"\n\n{text}")
        ways[f"{name} at the run's start"] = _prepend(f"{text}\n")
        ways[f"{name} before the run"] = _prepend(f"{text} ")
        ways[f"{name} inside a line"] = _append(f" {text}")
    for name, text in _INSIDE.items():
        ways[f"{name} at the end"] = _append(text)
        ways[f"{name} at the beginning"] = _prepend(text.lstrip(" ") + " ")
    return ways
