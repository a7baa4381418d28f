"""Attributes: the few values of a tag that a reader reads, a tab's label or a picture's text."""

import re
from collections.abc import Iterator

from server.book.chapters.domain import RunKind
from server.book.chapters.markdown.drafts import RunDraft, Stretch
from server.book.chapters.markdown.inline import InlineRules, find_spans

# An expression may hold quotes that mean something else, so only plain tags are looked into.
_PLAIN_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][\w.]*)"
    r"(?:\s+[A-Za-z_][\w:.-]*(?:=(?:\"[^\"]*\"|'[^']*'|\{[^{}\"'`<>/]*\}))?)*\s*/?>\s*"
)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:.-]+)(?:=(?:\"(?P<value>[^\"]*)\"|'[^']*'|\{[^{}]*\}))?")
_READ_BY_PEOPLE = frozenset({"title", "label", "alt", "summary", "description", "caption"})
_PLAIN_VALUE = re.compile(r"[^{}<>&\\`$|*_~\[\]⟦⟧\n]*")
# `talker.py`, `docs/start` and `stage:2` name things; a plain word is a label.
_TECHNICAL = re.compile(r"\S*[./:@#\d]\S*")
_RULES = InlineRules(mdx=True, definitions=frozenset())


def draft_tags(text: str, start: int, end: int, kind: str) -> Iterator[Stretch]:
    """Yield tags as protected pieces, and a run for each value among them that people read."""
    at = start
    for value_start, value_end in _find_values(text, start, end):
        yield Stretch(at, value_start, kind)
        label = RunDraft(RunKind.LABEL, (text[value_start:value_end],), "")
        yield Stretch(value_start, value_end, label)
        at = value_end
    yield Stretch(at, end, kind)


def _find_values(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while tag := _PLAIN_TAG.match(text, start, end):
        if tag["name"] == "img" or tag["name"][0].isupper():
            for attribute in _ATTRIBUTE.finditer(text, tag.end("name"), tag.end()):
                if attribute["name"] in _READ_BY_PEOPLE and is_prose(attribute["value"] or ""):
                    yield attribute.span("value")
        start = tag.end()


def is_prose(value: str) -> bool:
    """Whether a value is words that people read, with nothing in it that must not change."""
    if value != value.strip() or not any(map(str.isalpha, value)):
        return False
    if _TECHNICAL.fullmatch(value) or not _PLAIN_VALUE.fullmatch(value):
        return False
    return not find_spans(value, _RULES)
