"""Comments: those without an end, and those that were meant to lock a section."""

import re
from collections.abc import Iterator

from server.book.chapters.domain import Protected
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript
from server.book.checking.views import find_comments

_OPENING = re.compile(r"(?<!\\)(?:<!--|\{/\*)")
_LOCK = re.compile(r"\s*personalize:\s*off\s*")
# Anything short that speaks of personalising and of switching was meant as the lock.
_NEARLY_LOCK = re.compile(
    r"\s*personali[sz]\w*\s*[:=]?\s*\"?(?:off|of|no|none|false|disabled?|0)\"?\s*;?\s*",
    re.IGNORECASE,
)


def check_comments(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield comments that nothing closes, that hold another, and locks that lock nothing."""
    for opening in _OPENING.finditer(manuscript.views.markup):
        closing = "-->" if opening[0].startswith("<") else "*/}"
        sentence = f"This comment is never closed: `{closing}` is missing."
        yield Finding(opening.start(), Code.UNCLOSED_COMMENT, sentence)
    view = manuscript.views.with_comments
    for start, end in find_comments(view):
        body = view[start:end].removeprefix("<!--").removeprefix("{/*")
        body = body.removesuffix("-->").removesuffix("*/}")
        if _OPENING.search(body):
            sentence = "A comment begins inside this one: its own end is likely missing."
            yield Finding(start, Code.NESTED_COMMENT, sentence)
        yield from _check_lock(manuscript, start, body)


def _check_lock(manuscript: Manuscript, start: int, body: str) -> Iterator[Finding]:
    if _LOCK.fullmatch(body):
        if not _locks(manuscript, start):
            sentence = "This lock stands inside a paragraph and locks nothing; give it a line."
            yield Finding(start, Code.LOCK_WITHOUT_EFFECT, sentence)
    elif _NEARLY_LOCK.fullmatch(body):
        sentence = "This comment locks nothing; the lock is written `personalize: off`."
        yield Finding(start, Code.MISSPELLED_LOCK, sentence)


def _locks(manuscript: Manuscript, offset: int) -> bool:
    """Whether the comment at this offset is a piece of a locked section."""
    at = 0
    for section in manuscript.sections:
        if offset < at + len(section.source):
            return section.locked and _is_protected(manuscript, offset)
        at += len(section.source)
    return False


def _is_protected(manuscript: Manuscript, offset: int) -> bool:
    return any(
        placed.start <= offset < placed.start + len(placed.piece.source)
        for placed in manuscript.pieces
        if isinstance(placed.piece, Protected)
    )
