"""Code listings: highlighted on the server, with classes that the style sheet colours."""

import re
from html import escape

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
