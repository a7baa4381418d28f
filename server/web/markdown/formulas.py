"""Formulas: LaTeX to MathML, which browsers set themselves."""

from functools import lru_cache
from html import escape

from math_core import LatexError, LatexToMathML

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
