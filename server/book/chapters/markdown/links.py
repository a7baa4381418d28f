"""References: the definitions that links and images of a stretch of Markdown rely on."""

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
