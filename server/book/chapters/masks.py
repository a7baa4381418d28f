"""Masks: the part of a section's text that a stored rewrite depends on.

Targets, attributes and ids are masked out, so that an edited URL costs no new rewrite; code and
formulas stay in, for the prose may explain them. Equal keys mean equal masked runs with as many
spans of the same kinds, so that a stored rewrite fits the new text.
"""

import json
import re
from collections.abc import Callable

from server.book.chapters.domain import Block, Piece, Protected, Run, Section

_MASK = "…"
_TARGET = re.compile(r"(\([ \t\n]*)(<(?:[^<>\n\\]|\\.)*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)")
_IMAGE_TARGET = re.compile(
    r"(\]\([ \t\n]*)(?:<(?:[^<>\n\\]|\\.)*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
)
_DEFINITION = re.compile(r"(\]:\s*)(<[^<>\n]*>|\S+)")
# A tag may be cut in two by a value that is a run.
_HTML_TAG = re.compile(r"<[a-z][^<>]*(?:>|\Z)|\A\"[^<>]*>")
_JSX_TAG = re.compile(r"<[a-z][^<>]*(?:>|\Z)")
_ATTRIBUTE_VALUE = re.compile(r"(=[ \t\n]*)(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>{}=]+)")
_HEADING_ID = re.compile(r"(\{[:/* \t]*#)[^\s{}*]+|(\[\[)[^\[\]]+")


def keyed_text(section: Section) -> str:
    """Return the section's text with targets, attributes and ids masked out."""
    blocks = [
        [block.kind, *(_key_piece(block, piece) for piece in block.pieces)]
        for block in section.blocks
    ]
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))


def _key_piece(block: Block, piece: Piece) -> list[object]:
    if isinstance(piece, Run):
        spans = [[span.kind, _mask(span.kind, span.source)] for span in piece.spans]
        return [piece.kind.value, piece.masked, spans]
    if isinstance(piece, Protected):
        return [piece.kind, _mask(piece.kind, piece.source)]
    is_heading = block.kind == "heading"
    return ["", _mask("attribute", piece.source) if is_heading else piece.source]


def _mask(kind: str, source: str) -> str:
    mask = _MASKS.get(kind)
    return mask(source) if mask else source


def _mask_image(source: str) -> str:
    return _mask_html(_IMAGE_TARGET.sub(_keep_opening, source))


def _mask_html(source: str) -> str:
    return _HTML_TAG.sub(lambda tag: _ATTRIBUTE_VALUE.sub(_keep_opening, tag[0]), source)


def _mask_jsx(source: str) -> str:
    return _JSX_TAG.sub(lambda tag: _ATTRIBUTE_VALUE.sub(_keep_opening, tag[0]), source)


def _mask_id(source: str) -> str:
    return _HEADING_ID.sub(lambda found: f"{found[1] or found[2]}{_MASK}", source)


def _keep_opening(found: re.Match[str]) -> str:
    return f"{found[1]}{_MASK}"


_MASKS: dict[str, Callable[[str], str]] = {
    "link": lambda source: _TARGET.sub(_keep_opening, source, count=1),
    "image": _mask_image,
    "definition": lambda source: _DEFINITION.sub(_keep_opening, source),
    "html": _mask_html,
    "jsx": _mask_jsx,
    "url": lambda _source: _MASK,
    "attribute": _mask_id,
    "anchor": _mask_id,
}
