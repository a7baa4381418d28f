"""Tags and braces: where an HTML or JSX tag, or a `{…}` expression, that starts here ends."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

_BRACE_STOP = re.compile(r"[{}\"'`]|/\*")
_STRING_REST = {
    '"': re.compile(r'(?:[^"\\\n]|\\.)*"'),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*'"),
    "`": re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL),
}
_TAG_START = re.compile(r"<(?:/?(?P<name>[A-Za-z_$][\w$.:-]*)(?=[\s/>{])|/?(?=>))")
_TAG_FILLER = re.compile(r"(?:[ \t\n=\w$.:@#%+?&~-]|/(?!>))+")
_VOID_NAMES = frozenset(
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    ]
)  # fmt: skip
# What stands inside these elements is not prose; in a text, the element is one thing.
RAW_NAMES = frozenset(
    ["code", "kbd", "math", "pre", "samp", "script", "style", "svg", "textarea", "tt", "var"]
)
_STRUCTURAL_NAMES = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "col",
        "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "ol",
        "optgroup", "option", "p", "section", "select", "summary", "table", "tbody", "td",
        "template", "tfoot", "th", "thead", "tr", "ul", "video",
    ]
)  # fmt: skip


class TagScanner:
    """Finds the ends of tags and expressions in one text, each stretch looked at only once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._braces = dict[int, int | None]()
        self._last = dict[str, int]()

    def find_braces_end(self, start: int) -> int | None:
        """Return the offset behind the `}` that closes the `{` at `start`."""
        if start not in self._braces:
            self._match_braces(start)
        return self._braces[start]

    def find_tag_end(self, start: int) -> int | None:
        """Return the offset behind the tag or comment whose `<` is at `start`."""
        if self._text.startswith("<!--", start):
            return self.find_after("-->", start + 4)
        name = _TAG_START.match(self._text, start)
        if name is None:
            return None
        at: int | None = name.end()
        while at is not None and at < len(self._text):
            if self._text[at] == ">":
                return at + 1
            if self._text.startswith("/>", at):
                return at + 2
            at = self._skip_attribute_part(at)
        return None

    def _skip_attribute_part(self, at: int) -> int | None:
        char = self._text[at]
        if char == "{":
            return self.find_braces_end(at)
        if char in "\"'":
            return self.find_after(char, at + 1)
        filler = _TAG_FILLER.match(self._text, at)
        return filler.end() if filler else None

    def find_after(self, mark: str, start: int) -> int | None:
        """Return the offset behind the next `mark`, or None; a hopeless search costs nothing."""
        if mark not in self._last:
            self._last[mark] = self._text.rfind(mark)
        if self._last[mark] < start:
            return None
        return self._text.find(mark, start) + len(mark)

    def _match_braces(self, start: int) -> None:
        """Match the `{` at `start`, and note every pair inside, so that none is scanned twice."""
        opened = list[int]()
        at: int | None = start
        while at is not None and (stop := _BRACE_STOP.search(self._text, at)):
            at = stop.end()
            if stop[0] == "{":
                opened.append(stop.start())
            elif stop[0] == "}":
                self._braces[opened.pop()] = at
                if not opened:
                    return
            elif stop[0] == "/*":
                at = self.find_after("*/", at)
            else:
                at = self._skip_string(stop[0], at)
        self._braces.update(dict.fromkeys(opened))

    def _skip_string(self, quote: str, at: int) -> int:
        # A quote that nothing closes is an apostrophe in a component's text.
        if self.find_after(quote, at) is None:
            return at
        rest = _STRING_REST[quote].match(self._text, at)
        return rest.end() if rest else at


def find_tag_name(tag: str) -> str | None:
    """Return the name of a tag; a fragment's is empty, a comment or expression has none."""
    found = _TAG_START.match(tag)
    return None if found is None else found["name"] or ""


def closes_tag(tag: str) -> bool:
    """Whether this is the closing tag of an element."""
    return tag.startswith("</")


def opens_tag(tag: str) -> bool:
    """Whether this opens an element that a later tag has to close."""
    name = find_tag_name(tag)
    if name is None or closes_tag(tag) or tag.endswith("/>"):
        return False
    return name.lower() not in _VOID_NAMES


def pair_tags(tags: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the places of each tag that opens an element and of the one that closes it."""
    opened = defaultdict[str, list[int]](list)
    for place, tag in tags:
        name = find_tag_name(tag)
        if name is None:
            continue
        if opens_tag(tag):
            opened[name].append(place)
        elif closes_tag(tag) and opened[name]:
            yield opened[name].pop(), place


def is_component(name: str) -> bool:
    """Whether a tag of this name is a component of the site, not an element of HTML."""
    return not name or name[0].isupper() or "." in name


def is_structural(name: str) -> bool:
    """Whether an element of this name lays out the page, so that its tags never move."""
    return name.lower() in _STRUCTURAL_NAMES
