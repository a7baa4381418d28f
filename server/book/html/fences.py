"""Code listings: highlighted on the server, with classes that the style sheet colours."""

import re
from base64 import b64encode
from functools import lru_cache
from html import escape

import structlog
from math_core import LatexError, LatexToMathML
from mmdr import render  # pyright: ignore[reportUnknownVariableType]  # it leaves options untyped
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import (
    get_lexer_by_name,  # pyright: ignore[reportUnknownVariableType]  # its options are untyped
)
from pygments.util import ClassNotFound

_FORMATTER = HtmlFormatter[str](nowrap=True)
_TITLE = re.compile(r"\btitle=(?P<quote>[\"'])(?P<title>.*?)(?P=quote)")
LONGEST_COLOURED = 100_000  # characters; what is longer is shown plain


def write_listing(code: str, info: str) -> str:
    """A listing as trusted HTML: always left to right, with a place for the copy button."""
    language = info.split(maxsplit=1)[0] if info.strip() else ""
    title = _TITLE.search(info)
    label = escape(title["title"] if title else language)
    return (
        f'<div class="listing" dir="ltr" translate="no"><div class="listing-bar"><span>{label}'
        f'</span></div><pre tabindex="0"><code>{_highlight(code, language)}</code></pre></div>'
    )


def _highlight(code: str, language: str) -> str:
    if len(code) > LONGEST_COLOURED:
        return escape(code)
    try:
        lexer = get_lexer_by_name(language.strip("{}.") or "text", stripnl=False)
    except ClassNotFound:
        return escape(code)
    return highlight(code, lexer, _FORMATTER)


logger = structlog.stdlib.get_logger(__name__)

LONGEST_SOURCE = 20_000  # characters
# The page's own colours, unless the diagram names others.
THEME = (
    '%%{init: {"theme": "base", "themeVariables": {"primaryColor": "#e4efec", '
    '"primaryBorderColor": "#1f5f5b", "primaryTextColor": "#22262a", "lineColor": "#565e66", '
    '"secondaryColor": "#fbf0dd", "tertiaryColor": "#f5f1e8", "tertiaryBorderColor": "#cfc6b3", '
    '"noteBkgColor": "#fbf0dd", "noteBorderColor": "#d98e2b", "edgeLabelBackground": "#ffffff"}}}%%'
    "\n"
)
_SIZE = re.compile(r'viewBox="[-\d.]+ [-\d.]+ (?P<width>[\d.]+) (?P<height>[\d.]+)"')


@lru_cache(maxsize=512)
def write_diagram(source: str) -> str:
    """The diagram as trusted HTML; one that cannot be drawn is shown as a listing."""
    picture = _draw(source if "%%{" in source else THEME + source)
    size = _SIZE.search(picture or "")
    if picture is None or size is None:
        return write_listing(source, "mermaid")
    width, height = (round(float(size[name])) for name in ("width", "height"))
    # Without a size of its own a picture would be stretched over the whole column.
    data = b64encode(picture.replace('width="100%"', f'width="{width}"', 1).encode()).decode()
    return (
        f'<figure class="diagram" tabindex="0"><img src="data:image/svg+xml;base64,{data}" '
        f'width="{width}" height="{height}" alt="{escape(_describe(source))}"></figure>'
    )


def _draw(source: str) -> str | None:
    if len(source) > LONGEST_SOURCE:
        return None
    try:
        return str(render(source).svg())
    except Exception:  # noqa: BLE001  # whatever the drawing library cannot do, the page can
        logger.info("diagram not drawn")
        return None


def _describe(source: str) -> str:
    """What a reader who cannot see the picture gets: its own text, arrows and all."""
    return "Diagram: " + " ".join(source.split())[:600]


_CONVERTER = LatexToMathML()


@lru_cache(maxsize=4096)
def write_formula(latex: str, *, display: bool) -> str:
    """A formula as trusted HTML; one that cannot be read is shown as its author wrote it."""
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        return f'<code dir="ltr" class="formula-source">{escape(latex)}</code>'
    # A wide one scrolls in a box of its own, also by keyboard.
    mathml = mathml.replace('<math display="block"', '<math display="block" tabindex="0"', 1)
    return f'<span dir="ltr" class="formula">{mathml}</span>'
