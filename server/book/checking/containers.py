"""Containers: components and elements that nothing closes, and closing tags of nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from server.book.chapters.domain import Dialect, Protected
from server.book.chapters.markdown.tags import (
    TagScanner,
    closes_tag,
    find_tag_name,
    is_component,
    opens_tag,
)
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript, blank, find_comments, lines_of

_STOP = re.compile(r"[<{]")
_ANGLED_TARGET = re.compile(r"\]\([ \t]*<[^<>\r\n]+>")
_RAW = frozenset({"script", "style", "textarea", "svg", "math"})
# HTML lets these stand without their end; MDX does not.
_OPTIONAL_END = frozenset(
    [
        "body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp",
        "rt", "tbody", "td", "tfoot", "th", "thead", "tr",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    end: int
    name: str
    source: str


def check_tags(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield tags without their partners, in the order in which they turn up."""
    opened = list[_Tag]()
    for tag in _list_tags(manuscript):
        if opens_tag(tag.source):
            opened.append(tag)
        elif closes_tag(tag.source):
            names = [each.name for each in opened]
            if tag.name not in names:
                yield from _report_stray(manuscript, tag)
                continue
            at = len(names) - 1 - names[::-1].index(tag.name)
            for inner in opened[at + 1 :]:
                yield from _report_unclosed(manuscript, inner)
            del opened[at:]
    for tag in opened:
        yield from _report_unclosed(manuscript, tag)


def _list_tags(manuscript: Manuscript) -> Iterator[_Tag]:
    """Yield the tags of the text, without those in code, comments and expressions."""
    view = _ANGLED_TARGET.sub(lambda found: blank(found[0]), manuscript.views.markup)
    view = view.replace("\r", "\n")
    scanner = TagScanner(view)
    at = 0
    while stop := _STOP.search(view, at):
        at = stop.end()
        if stop[0] == "{":
            # Only MDX has expressions; elsewhere a brace is a character like others.
            at = (scanner.find_braces_end(stop.start()) if manuscript.mdx else None) or at
            continue
        end = scanner.find_tag_end(stop.start())
        if end is None:
            continue
        source = view[stop.start() : end]
        name = find_tag_name(source)
        at = end
        if name is None:
            continue
        name = name if is_component(name) else name.lower()
        yield _Tag(stop.start(), end, name, source)
        if name in _RAW and opens_tag(source):
            at = max((scanner.find_after(f"</{name}", end) or end) - len(name) - 2, end)


def _report_unclosed(manuscript: Manuscript, tag: _Tag) -> Iterator[Finding]:
    if manuscript.mdx or is_component(tag.name):
        yield Finding(
            tag.start,
            Code.UNCLOSED_TAG,
            f"`<{tag.name}>` is never closed: `</{tag.name}>` is missing.",
        )
    elif tag.name not in _OPTIONAL_END:
        sentence = f"`<{tag.name}>` is never closed; where it is meant as text, write `\\<`."
        yield Finding(tag.start, Code.UNCLOSED_ELEMENT, sentence)


def _report_stray(manuscript: Manuscript, tag: _Tag) -> Iterator[Finding]:
    is_strict = manuscript.mdx or is_component(tag.name)
    code = Code.STRAY_TAG if is_strict else Code.STRAY_ELEMENT
    yield Finding(
        tag.start, code, f"`</{tag.name}>` closes nothing: there is no open `<{tag.name}>`."
    )


# Not from the parser's tokens: outside MDX, an element swallows the line right behind it.
_LINE = re.compile(
    r"^(?:[ \t>]|[-*+][ ]|\d+[.)][ ])*(?P<colons>:{3,})[ \t]*(?P<name>[^\r\n]*)", re.MULTILINE
)


def check_directives(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each `:::` line that has no partner, and those whose end would close another."""
    if manuscript.dialect is Dialect.MKDOCS:
        return  # there, `::: package.module` is one line that a plugin fills in
    opened = list[re.Match[str]]()
    unclosed = list[re.Match[str]]()
    nested = list[tuple[re.Match[str], re.Match[str]]]()
    for line in _LINE.finditer(manuscript.views.markup.replace("\r", "\n")):
        if line["name"].strip():
            nested += [(outer, line) for outer in opened[-1:]]
            opened.append(line)
            continue
        at = _find_closed(opened, _length(line))
        if at is None:
            sentence = "This line closes a directive, and none with so few colons is open."
            yield Finding(line.start("colons"), Code.STRAY_DIRECTIVE_END, sentence)
            continue
        unclosed += opened[at + 1 :]
        del opened[at:]
    unclosed += opened
    for line in unclosed:
        sentence = f"This directive is never closed: a line with `{line['colons']}` is missing."
        yield Finding(line.start("colons"), Code.UNCLOSED_DIRECTIVE, sentence)
    open_starts = {line.start() for line in unclosed}
    for outer, inner in nested:
        if _length(outer) <= _length(inner) and outer.start() not in open_starts:
            number = manuscript.find_place(outer.start()).line
            sentence = f"Its end closes the directive of line {number}, which needs more colons."
            yield Finding(inner.start("colons"), Code.DIRECTIVE_NESTING, sentence)


def _length(line: re.Match[str]) -> int:
    return len(line["colons"])


def _find_closed(opened: Sequence[re.Match[str]], length: int) -> int | None:
    """Return which directive a line of so many colons is meant to close."""
    shorter: int | None = None
    for at in range(len(opened) - 1, -1, -1):
        if _length(opened[at]) == length:
            return at
        if shorter is None and _length(opened[at]) < length:
            shorter = at
    return shorter


_FENCE_OPENING = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[\w{][^`]*)\Z")


def check_fences(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each fence that has no end, or whose end is likely another's."""
    for token in manuscript.parsed.tokens:
        if token.type == "fence":
            yield from _check_end(manuscript, token)
            yield from _check_inside(manuscript, token)


def _check_end(manuscript: Manuscript, token: Token) -> Iterator[Finding]:
    lines = lines_of(token)
    closing = manuscript.find_line(lines[-1]).strip()
    is_mark = set(closing) == {token.markup[0]} and len(closing) >= len(token.markup)
    if len(lines) > 1 and is_mark:
        return
    where = "the file's end" if token.level == 0 else "the end of its list, quote or note"
    sentence = f"This code is never closed and runs to {where}; close it with {token.markup} alone."
    yield Finding(manuscript.find_line_offset(lines[0]), Code.UNCLOSED_FENCE, sentence)


def _check_inside(manuscript: Manuscript, token: Token) -> Iterator[Finding]:
    """A line inside that opens code, as long as the fence itself, was meant to stand outside."""
    first = lines_of(token)[0]
    for index, line in enumerate(token.content.split("\n"), start=1):
        opening = _FENCE_OPENING.match(line)
        if opening is None or opening["marks"][0] != token.markup[0]:
            continue
        if len(opening["marks"]) >= len(token.markup):
            sentence = (
                f"Code opens here inside the code of line {first + 1}: that one is not closed, "
                "or needs a longer fence."
            )
            offset = manuscript.find_line_offset(first + index)
            yield Finding(offset, Code.RUNAWAY_FENCE, sentence)
            return


_COMMENT_OPENING = re.compile(r"(?<!\\)(?:<!--|\{/\*)")
_LOCK = re.compile(r"\s*personalize:\s*off\s*")
# Anything short that speaks of personalising and of switching was meant as the lock.
_NEARLY_LOCK = re.compile(
    r"\s*personali[sz]\w*\s*[:=]?\s*\"?(?:off|of|no|none|false|disabled?|0)\"?\s*;?\s*",
    re.IGNORECASE,
)


def check_comments(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield comments that nothing closes, that hold another, and locks that lock nothing."""
    for opening in _COMMENT_OPENING.finditer(manuscript.views.markup):
        closing = "-->" if opening[0].startswith("<") else "*/}"
        sentence = f"This comment is never closed: `{closing}` is missing."
        yield Finding(opening.start(), Code.UNCLOSED_COMMENT, sentence)
    view = manuscript.views.with_comments
    for start, end in find_comments(view):
        body = view[start:end].removeprefix("<!--").removeprefix("{/*")
        body = body.removesuffix("-->").removesuffix("*/}")
        if _COMMENT_OPENING.search(body):
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
