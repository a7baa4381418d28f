"""Reserved runs: those in a warning or an exercise, of which nothing but the language may change.

A reader is harmed by a warning that was softened, and misled by an exercise that was solved. So
both stay as the author wrote them, unless the front matter gives them away.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import accumulate, chain, pairwise

from markdown_it.token import Token

from server.book.chapters.domain import Reserved
from server.book.chapters.headings import make_plain_text
from server.book.chapters.markdown.directives import find_title
from server.book.chapters.markdown.drafts import RunDraft, Stretch, Unit
from server.book.chapters.markdown.neighbours import list_tags, pair_directives
from server.book.chapters.markdown.parser import Parsed
from server.book.chapters.markdown.tags import find_tag_name, pair_tags
from server.book.chapters.markdown.units import lines_of

# What a heading, a title or a summary says above exercises: one of these and nothing more, but for
# a number and what stands behind a colon, a dash or a parenthesis (“Exercise 3: Build a node”).
# “Problem” alone is not among them: it heads the first part of many a recipe.
EXERCISE_HEADINGS = (
    "answers",
    "answer key",
    "assignment",
    "assignments",
    "check your understanding",
    "checkpoint quiz",
    "exercise",
    "exercises",
    "exercises and challenges",
    "exercises and solutions",
    "hands-on exercise",
    "hands-on exercises",
    "hint",
    "hints",
    "homework",
    "practical exercise",
    "practical exercises",
    "practice exercises",
    "practice problems",
    "practice questions",
    "problems",
    "quiz",
    "review questions",
    "self-assessment",
    "solution",
    "solutions",
    "solution to exercise",
    "solutions to exercises",
    "solutions to the exercises",
    "test yourself",
    "test your understanding",
    "try it",
    "try it out",
    "try it yourself",
    "your turn",
)
_NAMES = {
    "warning": Reserved.WARNINGS,
    "danger": Reserved.WARNINGS,
    "caution": Reserved.WARNINGS,
    "exercise": Reserved.EXERCISES,
    "solution": Reserved.EXERCISES,
}
_NUMBERING = re.compile(r"\A[\W\d_]+")
_EXERCISE = re.compile(
    rf"(?:{'|'.join(map(re.escape, EXERCISE_HEADINGS))})"
    r"(?:[ ]#?[a-z]?\d[\w.]*)?[ ]*(?:\Z|[:.!?(\[–—-])"
)
_OPENING = re.compile(
    r"(?:!{3}|\?{3}\+?|:{3,}|`{3,}|~{3,})[ \t]*\{?[ \t]*\.?(?P<name>[A-Za-z][\w:-]*)"
)
_CLASSES = re.compile(r"^:class:(?P<names>.*)$", re.MULTILINE)
_ALERT = re.compile(r"\[!(?P<name>\w+)\]")
_ELEMENTS = ("Admonition", "details")
_TYPE = re.compile(r"<Admonition\b[^<>]*?\btype=[\"'](?P<name>\w+)")
_SUMMARY = re.compile(r"<summary\b[^<>]*>(?P<text>[^<>]*)")
_FARTHEST_SUMMARY = 400  # characters behind the start of its element's block

_Region = tuple[int, int, Reserved]  # the first line, and the one behind the last


def mark_reserved(units: Sequence[Unit], parsed: Parsed, allowed: Set[Reserved]) -> None:
    """Mark the runs that stand in a warning or an exercise; not those that the author allows."""
    depths = _count_regions(units, parsed, allowed)
    if depths is None:
        return
    for unit in units:
        unit.stretches = [
            _reserve(each) if depths[parsed.layout.line_at(each.start)] else each
            for each in unit.stretches
        ]


def _reserve(stretch: Stretch) -> Stretch:
    if not isinstance(stretch.content, RunDraft):
        return stretch
    return replace(stretch, content=replace(stretch.content, reserved=True))


def _count_regions(
    units: Sequence[Unit], parsed: Parsed, allowed: Set[Reserved]
) -> list[int] | None:
    """Return in how many reserved regions each line stands; None where there is no such region."""
    regions = chain(
        _find_admonitions(parsed),
        _find_directives(parsed),
        _find_alerts(parsed),
        _find_sections(units, parsed),
        _find_elements(units, parsed),
    )
    kept = [region for region in regions if region[2] not in allowed]
    if not kept:
        return None
    changes = [0] * (len(parsed.layout.line_starts) + 1)
    for first, behind, _ in kept:
        changes[first] += 1
        changes[behind] -= 1
    return list(accumulate(changes))


def _find_admonitions(parsed: Parsed) -> Iterator[_Region]:
    """MkDocs' indented admonitions, and MyST's fenced ones."""
    for opening, title in pairwise(parsed.tokens):
        if opening.type == "admonition_open" and (kind := _find_kind(_read(parsed, title))):
            yield *lines_of(opening), kind


def _find_directives(parsed: Parsed) -> Iterator[_Region]:
    """What stands between two `:::` lines."""
    tokens = [token for token in parsed.tokens if token.type == "directive"]
    texts = [_read(parsed, token) for token in tokens]
    for first, last in pair_directives(enumerate(texts)):
        if kind := _find_kind(texts[first]):
            yield lines_of(tokens[first])[0], lines_of(tokens[last])[1], kind


def _find_alerts(parsed: Parsed) -> Iterator[_Region]:
    """GitHub's quotes that begin with `[!WARNING]`."""
    for opening, inside in pairwise(parsed.tokens):
        if opening.type != "blockquote_open" or inside.type != "paragraph_open":
            continue
        alert = _ALERT.match(_read(parsed, inside))
        if alert and (kind := _NAMES.get(alert["name"].lower())):
            yield *lines_of(opening), kind


def _find_sections(units: Sequence[Unit], parsed: Parsed) -> Iterator[_Region]:
    """What stands under an exercise heading, up to the next heading that is no lower."""
    opened = list[tuple[int, int]]()
    for unit in units:
        heading = unit.section_heading
        if heading is None:
            continue
        line = parsed.layout.line_at(unit.start)
        while opened and opened[-1][0] >= heading.level:
            yield opened.pop()[1], line, Reserved.EXERCISES
        if is_exercise_title(make_plain_text(heading.text)):
            opened.append((heading.level, line))
    for _, line in opened:
        yield line, len(parsed.layout.line_starts), Reserved.EXERCISES


def _find_elements(units: Sequence[Unit], parsed: Parsed) -> Iterator[_Region]:
    """Docusaurus' `<Admonition>`, and what unfolds under the words “Solution” and the like."""
    tags = [
        (index, tag)
        for index, unit in enumerate(units)
        if any(name in text for text in unit.tags for name in _ELEMENTS)
        for tag in list_tags(unit)
        if find_tag_name(tag) in _ELEMENTS
    ]
    layout = parsed.layout
    for first, last in pair_tags(enumerate(tag for _, tag in tags)):
        index, tag = tags[first]
        start, end = units[index].start, units[tags[last][0]].end
        head = layout.text[start : min(end, start + _FARTHEST_SUMMARY)]
        if kind := _find_element_kind(tag, head):
            yield layout.line_at(start), layout.line_at(end - 1) + 1, kind


def _find_element_kind(tag: str, head: str) -> Reserved | None:
    if typed := _TYPE.match(tag):
        return _NAMES.get(typed["name"])
    summary = _SUMMARY.search(head) if tag.startswith("<details") else None
    is_exercise = summary is not None and is_exercise_title(summary["text"])
    return Reserved.EXERCISES if is_exercise else None


def _find_kind(opening: str) -> Reserved | None:
    """What an admonition or a directive is by its name, its classes or its title."""
    line, _, options = opening.partition("\n")
    name = _OPENING.match(line)
    names = [name["name"].lower()] if name else []
    names += " ".join(each["names"] for each in _CLASSES.finditer(options)).lower().split()
    if kind := next((_NAMES[each] for each in names if each in _NAMES), None):
        return kind
    title = find_title(line)
    is_exercise = title is not None and is_exercise_title(line[slice(*title)])
    return Reserved.EXERCISES if is_exercise else None


def is_exercise_title(title: str) -> bool:
    """Whether what stands under these words is an exercise, or the answer to one."""
    return _EXERCISE.match(_NUMBERING.sub("", title.casefold())) is not None


def _read(parsed: Parsed, token: Token) -> str:
    """The lines of a token without the marks of the containers that it stands in."""
    lines = range(*lines_of(token))
    layout, starts = parsed.layout, parsed.starts
    return "\n".join(layout.text[starts[line] : layout.line_end(line)] for line in lines)
