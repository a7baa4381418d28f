"""Targets: where the `(url "title")` or `[reference]` behind a link's label ends."""

import re

_OPEN = re.compile(r"\([ \t\n]*")
_ANGLED = re.compile(r"<(?:[^<>\n\\]|\\.)*>")
_PLAIN = re.compile(r"(?:[^\s()\\]|\\[^\n])+")
_TITLE = re.compile(
    r"""[ \t\n]+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))""", re.DOTALL
)
_CLOSE = re.compile(r"[ \t\n]*\)")
# Not a link to the parser (its URL holds a space), but meant as one: nobody may rewrite it.
_BROKEN = re.compile(r"\([^()\n]*\)")
_REFERENCE = re.compile(r"\[(?:[^\[\]\\]|\\.){0,999}\]", re.DOTALL)
_DEEPEST_PARENTHESES = 32


def find_target_end(text: str, start: int) -> int | None:
    """Return the offset behind the target that starts here, or None where there is none."""
    char = text[start : start + 1]
    if char == "(":
        return _find_inline_end(text, start) or _match_end(_BROKEN, text, start)
    if char == "[":
        return _match_end(_REFERENCE, text, start)
    return None


def _find_inline_end(text: str, start: int) -> int | None:
    at = _match_end(_OPEN, text, start) or start
    if text[at : at + 1] == "<":
        destination = _match_end(_ANGLED, text, at)
    else:
        destination = _skip_destination(text, at)
    if destination is None:
        return None
    at = _match_end(_TITLE, text, destination) or destination
    return _match_end(_CLOSE, text, at)


def _skip_destination(text: str, at: int) -> int | None:
    """Return the end of a bare destination, whose parentheses are balanced."""
    depth = 0
    while at < len(text):
        if text[at] == "(":
            depth += 1
            if depth > _DEEPEST_PARENTHESES:
                return None
        elif text[at] == ")":
            if depth == 0:
                return at
            depth -= 1
        else:
            end = _match_end(_PLAIN, text, at)
            if end is None:
                return at
            at = end
            continue
        at += 1
    return at


def _match_end(pattern: re.Pattern[str], text: str, start: int) -> int | None:
    found = pattern.match(text, start)
    return found.end() if found else None
