"""Safe HTML as trees: a page builds nodes from them and parses nothing.

The allow-list is the page's promise once more: an element that is not on it is left out, its words
stay; an attribute that is not on it is dropped.
"""

from collections.abc import Iterable, Sequence
from html.parser import HTMLParser

from typing_extensions import TypedDict, override


class Tree(TypedDict):
    tag: str
    attributes: dict[str, str]
    children: "list[Tree | str]"


_VOID = frozenset({"br", "hr", "img", "input"})
_TEXT = "a abbr b br code del em i ins kbd mark q s samp small span strong sub sup u var"
_BLOCKS = (
    "article aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img "
    "input li ol p pre section summary ul caption table tbody td tfoot th thead tr"
)
_MATHML = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot "
    "mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
)
TAGS = frozenset(f"{_TEXT} {_BLOCKS} {_MATHML}".split())
_NAMES = (
    "accent align alt aria-label checked class colspan columnalign columnlines depth dir disabled "
    "display displaystyle encoding fence form height href id lang largeop linethickness lspace "
    "mathvariant maxsize minsize movablelimits notation open rel reversed rowlines rowspan rspace "
    "scope scriptlevel separator src start stretchy symmetric tabindex title translate type "
    "voffset width"
)
ATTRIBUTES = frozenset(_NAMES.split())
DEEPEST = 100  # elements inside each other; what is deeper is left out like an unknown one


def read_trees(html: str) -> list[Tree]:
    """Return the top-level elements of HTML that our sanitiser or our libraries have written.

    Text between them, which is white space as a rule, stands in a paragraph where it is not.
    """
    reader = _TreeReader()
    reader.feed(html)
    reader.close()
    trees = list[Tree]()
    for each in reader.root:
        if not isinstance(each, str):
            trees.append(each)
        elif each.strip():
            trees.append({"tag": "p", "attributes": {}, "children": [each]})
    return trees


def count_headings(trees: Iterable[Tree | str]) -> int:
    """How many headings the trees hold, however deep."""
    waiting, number = list(trees), 0
    while waiting:
        each = waiting.pop()
        if not isinstance(each, str):
            number += each["tag"] in {"h1", "h2", "h3", "h4", "h5", "h6"}
            waiting += each["children"]
    return number


class _TreeReader(HTMLParser):
    """Builds the trees; what is closed that is not open, or left open, harms nobody."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = list[Tree | str]()
        self._open = list[tuple[str, list[Tree | str]]]()  # each tag, and where its children go

    @property
    def _here(self) -> list[Tree | str]:
        return self._open[-1][1] if self._open else self.root

    @override
    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        children = self._here
        if tag in TAGS and len(self._open) < DEEPEST:
            children = list[Tree | str]()
            attributes = {name: value or "" for name, value in attrs if name in ATTRIBUTES}
            self._here.append({"tag": tag, "attributes": attributes, "children": children})
        if tag not in _VOID:
            self._open.append((tag, children))

    @override
    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    @override
    def handle_endtag(self, tag: str) -> None:
        if any(each == tag for each, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        here = self._here
        if here and isinstance(here[-1], str):
            here[-1] += data
        else:
            here.append(data)
