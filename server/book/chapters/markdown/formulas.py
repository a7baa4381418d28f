"""Formulas: block rules for `$$ … $$` and `\\begin{…} … \\end{…}` on lines of their own."""

import re

from markdown_it.rules_block import StateBlock

from server.book.chapters.markdown.rules import line_text, push_leaf, trace_of

_LABEL = r"[ \t]*(?:\([^()\n]{1,80}\)|\{[^{}\n]{1,80}\})?[ \t]*"
_DOLLAR_CLOSE = re.compile(r"\$\$" + _LABEL + r"\Z")
_BRACKET_CLOSE = re.compile(r"\\{1,2}\][ \t]*\Z")
_BEGIN = re.compile(r"\\begin\{([A-Za-z]{1,20}\*?)\}")


def dollar_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Protect a formula between lines that start and end with `$$`."""
    text = line_text(state, start_line)
    if not text.startswith("$$") or state.is_code_block(start_line):
        return False
    if "$$" in text[2:]:
        next_line = start_line + 1 if _DOLLAR_CLOSE.search(text, 2) else None
    else:
        next_line = _find_closing_line(state, start_line, end_line, "$$", _DOLLAR_CLOSE)
    return _take(state, start_line, next_line, silent)


def bracket_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""Protect a formula between lines that start with `\[` and end with `\]`."""
    text = line_text(state, start_line)
    if not text.startswith(("\\[", "\\\\[")) or state.is_code_block(start_line):
        return False
    if text.strip() not in ("\\[", "\\\\["):
        next_line = start_line + 1 if _BRACKET_CLOSE.search(text, 2) else None
    else:
        next_line = _find_closing_line(state, start_line, end_line, "]", _BRACKET_CLOSE)
    return _take(state, start_line, next_line, silent)


def environment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""Protect `\begin{name}` up to the line with `\end{name}`."""
    begin = _BEGIN.match(line_text(state, start_line))
    if begin is None or state.is_code_block(start_line):
        return False
    close = re.compile(re.escape(f"\\end{{{begin[1]}}}"))
    if close.search(line_text(state, start_line)):
        return _take(state, start_line, start_line + 1, silent)
    next_line = _find_closing_line(state, start_line, end_line, begin[1], close)
    return _take(state, start_line, next_line, silent)


def _take(state: StateBlock, start_line: int, next_line: int | None, silent: bool) -> bool:
    if next_line is not None and not silent:
        push_leaf(state, "math", start_line, next_line)
    return next_line is not None


def _find_closing_line(
    state: StateBlock, start_line: int, end_line: int, kind: str, close: re.Pattern[str]
) -> int | None:
    """Return the line behind the one that closes, or None; a vain search is not repeated."""
    fruitless = trace_of(state).fruitless
    if (kind, end_line) in fruitless:
        return None
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return None
        if close.search(line_text(state, line)):
            return line + 1
    fruitless.add((kind, end_line))
    return None
