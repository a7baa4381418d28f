"""Diagrams: Mermaid drawn on the server and shown as a picture, which can run nothing."""

import re
from base64 import b64encode
from functools import lru_cache
from html import escape

import structlog
from mmdr import render  # pyright: ignore[reportUnknownVariableType]  # it leaves options untyped

from server.web.markdown.fences import write_listing

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
