"""Links: the definitions that links and images of a stretch of Markdown rely on."""

import re
from collections.abc import Iterator, Mapping

from markdown_it.common.utils import normalizeReference

_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.DOTALL)
_DEFINITION = re.compile(r"\[(?P<label>(?:[^\[\]\\]|\\.){1,999})\]:\s*(?:<([^<>\n]*)>|(\S+))")
# An image, or the rest of one whose text has been taken out.
_IMAGE = re.compile(
    r"(?:!\[(?P<alt>(?:[^\[\]]|\[[^\[\]]*\])*)|\A)\]"
    r"(?:\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))"
    r"|\[(?P<label>[^\[\]]*)\])?"
)


def read_definition(text: str) -> tuple[str, str] | None:
    """Return the key of a link definition and its target; None where the text is none."""
    found = _DEFINITION.match(text.lstrip())
    if found is None or found["label"].startswith("^"):
        return None
    return normalizeReference(found["label"]), found[2] or found[3]


def with_definitions(markdown: str, definitions: Mapping[str, str]) -> str:
    """Return the Markdown with the definitions behind it that it refers to."""
    if not definitions:
        return markdown
    keys = dict.fromkeys(normalizeReference(label[1]) for label in _LABEL.finditer(markdown))
    needed = [definitions[key] for key in keys if key in definitions]
    if not needed:
        return markdown
    return "\n".join([markdown.rstrip("\r\n"), "", *needed, ""])


def list_targets(images: str, definitions: Mapping[str, str]) -> Iterator[str]:
    """Yield the target of each image in a stretch of text."""
    for found in _IMAGE.finditer(images):
        target = found["angled"] if found["bare"] is None else found["bare"]
        target = target if target is not None else _look_up(found, definitions)
        if target:
            yield target


def _look_up(image: re.Match[str], definitions: Mapping[str, str]) -> str | None:
    key = normalizeReference(image["label"] or image["alt"] or "")
    definition = read_definition(definitions.get(key, ""))
    return definition[1] if definition is not None else None


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
