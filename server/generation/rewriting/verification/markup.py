"""Checks of markup: no Markdown, HTML, MDX or address comes in with the words (invariant 3)."""

import re
from collections import Counter
from collections.abc import Iterator

from server.book.chapters.domain import RunKind
from server.book.chapters.titles import is_plain_title
from server.generation.rewriting.verification.domain import (
    Candidate,
    Pair,
    shorten,
    split_paragraphs,
)

# A backslash could open a formula that another section's closes.
COUNTED_CHARACTERS = {character: f"`{character}`" for character in "<{}$|⟦⟧\\"} | {"`": "backtick"}
# Of these a lost one is damage too: what it paired with is now something else's partner.
PAIRED_CHARACTERS = frozenset("`{}")

# Only what could open or close something counts: `5 * 3` and `snake_case` do not.
_EMPHASIS = {
    "**": re.compile(r"\*\*"),
    "*": re.compile(r"(?<!\s)\*|\*(?!\s)"),
    "_": re.compile(r"(?<![^\W_])_|_(?![^\W_])"),
    "~~": re.compile(r"~~"),
    "==": re.compile(r"(?<![\s=])==(?!=)|(?<!=)==(?![\s=])"),
}
# These strike out or mark what the author neither struck out nor marked.
_STRIKES = {"~~": _EMPHASIS["~~"], "==": _EMPHASIS["=="], "~": re.compile(r"(?<=\S)~(?![\w~])")}

# What most runs do not hold is looked for at once, before anything is counted.
_ANY_MARK = re.compile(r"[*_~=]")
_ANY_ADDRESS = re.compile(r"[:@]|www", re.IGNORECASE)

_BLOCK_LINE = re.compile(
    r"""^[ \t]*(?:
        (?P<heading>\#{1,6}(?=[ \t]|$))
      | (?P<quote>>)
      | (?P<item>(?:[-*+]|1[.)])(?=[ \t]|$))
      | (?P<table>\|)
      | (?P<directive>:::|!!!|\?\?\?)
      | (?P<fence>```|~~~)
      | (?P<rule>(?:-+|=+|\*{3,}|_{3,})[ \t]*$)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_BLOCK_NAMES = {
    "heading": "a heading",
    "quote": "a quote",
    "item": "a list item",
    "table": "a table row",
    "directive": "a directive",
    "fence": "a code fence",
    "rule": "a rule or an underlined heading",
}
_NUMBERED = re.compile(r"\s*\d{1,9}[.)](?=\s)")
# In these kinds the author's own mark stands before the text, so that it opens nothing.
_NOTHING_OPENS = frozenset({RunKind.HEADING, RunKind.CELL})

_STATEMENT = re.compile(
    r"""^[ \t]*(?:
        import\b[^\n]{0,400}["']
      | export[ \t]+(?:const|let|var|function|default|class|async|type|interface|[{*])
    )""",
    re.MULTILINE | re.VERBOSE,
)
_MDX_STATEMENT = re.compile(r"(?:\A|\n[ \t]*\n)[ \t]*(import|export)\b")

# A digit or a `_` in front does not keep GFM from making it a link.
# An address holds one of them, and most texts none.
_ADDRESS_SIGNS = ("://", "@", "www.", "mailto:", "script:", "data:")
_ADDRESS = re.compile(
    r"(?:https?|ftp|file|wss?|git|ssh)://|\b(?:mailto|javascript|vbscript|data):\S"
    r"|(?<![^\W_])www\.\w|(?<=[\w.+-])@[A-Za-z0-9-]{1,63}\.[A-Za-z0-9]",
    re.IGNORECASE,
)


def check_residue(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 3: characters that make markup are as many as the author's own loose ones."""
    for pair in candidate.changed:
        if pair.run.detached and not is_plain_title(pair.answer.strip()):
            yield f"run {pair.number}: the chapter's title is one line of plain words"
        for character, name in COUNTED_CHARACTERS.items():
            added = pair.text.count(character) - pair.source.count(character)
            if added > 0:
                yield f"run {pair.number}: a {name} was added"
            elif added < 0 and character in PAIRED_CHARACTERS and not candidate.condenses:
                yield f"run {pair.number}: a {name} was lost"
        if pair.text.count("](") > pair.source.count("]("):
            yield f"run {pair.number}: a link was added"


def check_emphasis(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 3: in each paragraph emphasis marks stand in pairs; nothing is struck out."""
    for pair in candidate.changed:
        if not _ANY_MARK.search(pair.text):
            continue
        for mark, pattern in _EMPHASIS.items():
            if mark in pair.text and _count_odd(pattern, pair.text) > _count_odd(
                pattern, pair.source
            ):
                yield f"run {pair.number}: a {mark} has no partner"
        for mark, pattern in _STRIKES.items():
            if mark in pair.text and len(pattern.findall(pair.text)) > len(
                pattern.findall(pair.source)
            ):
                yield f"run {pair.number}: a {mark} was added"


def _count_odd(pattern: re.Pattern[str], text: str) -> int:
    return sum(len(pattern.findall(paragraph)) % 2 for paragraph in split_paragraphs(text))


def check_lines(candidate: Candidate) -> Iterator[str]:
    """Hold invariants 3, 4, 5 and 6: no line opens a block, and one line stays one line."""
    for pair in candidate.changed:
        if pair.is_one_line and len(split_paragraphs(pair.answer.strip())) > 1:
            yield f"run {pair.number}: a {pair.run.kind} stays one line"
        elif pair.run.kind not in _NOTHING_OPENS:
            for name in _list_opened(pair):
                yield f"run {pair.number}: a line begins like {name}"


def _list_opened(pair: Pair) -> list[str]:
    found = _list_block_lines(pair.answer)
    if not found:
        return []
    added = Counter(found) - Counter(_list_block_lines(pair.run.masked))
    return [_BLOCK_NAMES[name] for name in added]


def _list_block_lines(text: str) -> list[str]:
    """What each line begins like that would begin a block."""
    numbered = [
        "item"
        for paragraph in split_paragraphs(text)
        if _NUMBERED.match(paragraph) and not paragraph.lstrip().startswith(("1.", "1)"))
    ]
    return [*(match.lastgroup or "" for match in _BLOCK_LINE.finditer(text)), *numbered]


def check_statements(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 3: no line reads like an import or an export, which MDX would run.

    In MDX any paragraph that begins with the bare word is code, whatever follows.
    """
    if "import" not in candidate.answered and "export" not in candidate.answered:
        return
    for pair in candidate.changed:
        known = set(_STATEMENT.findall(pair.run.masked))
        for line in sorted(set(_STATEMENT.findall(pair.answer)) - known):
            yield f"run {pair.number}: “{shorten(line.strip())}” reads like code"
        if not candidate.brief.chapter.mdx:
            continue
        words = set(_MDX_STATEMENT.findall(pair.run.masked))
        for word in sorted(set(_MDX_STATEMENT.findall(pair.answer)) - words):
            yield f"run {pair.number}: a paragraph begins with `{word}`, which is code in this file"


def check_addresses(candidate: Candidate) -> Iterator[str]:
    """Hold invariants 1 and 3: no bare address is added; the author's are protected spans."""
    for pair in candidate.changed:
        text = pair.text.lower()
        if not any(sign in text for sign in _ADDRESS_SIGNS):
            continue
        found = Counter(match.lower() for match in _ADDRESS.findall(pair.text))
        known = Counter(match.lower() for match in _ADDRESS.findall(pair.source))
        for start in found - known:
            yield f"run {pair.number}: an address was added (“{start}…”)"
