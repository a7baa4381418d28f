"""Checks of names: identifiers, glossary terms and emoji stay as they are (invariants 12, 13)."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from server.generation.rewriting.domain import terms_in
from server.generation.rewriting.verification.domain import Candidate, join_words, shorten

_SUFFIXES = (
    "bag|bash|c|cfg|conf|cpp|css|csv|cu|dae|db3|env|go|gz|h|hpp|html|ini|ipynb|java|js|json|jsx|"
    "launch|lock|log|mcap|md|mdx|msg|obj|onnx|pt|pth|py|rs|rviz|sdf|sh|sql|srdf|srv|stl|svg|tar|"
    "toml|ts|tsx|txt|urdf|usd|usda|world|xacro|xml|yaml|yml|zip"
)
IDENTIFIER = re.compile(
    rf"""
      (?<![A-Za-z0-9-])--[A-Za-z][A-Za-z0-9-]*                              # --flag
    | (?<![\w/.:~-])/[a-z_][a-z0-9_]*(?:/[A-Za-z0-9_.-]*[A-Za-z0-9_])*(?![A-Za-z0-9>])  # /topic
    | (?<![\w./-])[\w-]{{1,80}}\.(?:{_SUFFIXES})(?![\w/-])                  # file.py
    | (?<!\w)[A-Za-z_][\w.]{{0,80}}\(\)                                      # call()
    | (?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!\w)        # snake_case
    | (?<![A-Za-z0-9])[A-Z]{{2,12}}-[0-9]+(?![A-Za-z0-9])                   # GPT-2
    | (?<![A-Za-z0-9])[A-Za-z]{{1,40}}[0-9]+(?:\.[0-9]+)*[A-Za-z0-9]*       # Nav2, v2.1
    | (?<![A-Za-z0-9])[A-Za-z]{{0,40}}[a-z][A-Z][A-Za-z0-9]*                # CamelCase
    """,
    re.VERBOSE | re.ASCII,
)
# People and degrees, which other scripts spell in their own letters.
_NO_IDENTIFIER = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Van)[A-Z][a-z]+|[PM]hD|[BM]Sc")

_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23fa\u25fb-\u25fe\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\u20e3\U0001f000-\U0001faff]"
)


def check_identifiers(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 12: what looks like code stays as it is, though the author marked no code.

    These are `snake_case`, `CamelCase`, `/topic`, `file.py`, `--flag`, `Nav2`. Under condensing
    they may go.
    """
    if candidate.condenses:
        return
    for pair in candidate.changed:
        for name in _list_identifiers(pair.source):
            if name not in pair.text:
                yield f"run {pair.number}: “{shorten(name)}” is missing"


@lru_cache(maxsize=2048)
def _list_identifiers(source: str) -> tuple[str, ...]:
    names = dict.fromkeys(IDENTIFIER.findall(source))
    return tuple(name for name in names if not _NO_IDENTIFIER.fullmatch(name))


def check_terms(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 13: a glossary term that is to be kept stays in the section."""
    terms = tuple(term for term in candidate.brief.plan.terms if term.keep)
    if candidate.condenses or not terms or not candidate.changed:
        return
    source = _fold("\n".join(pair.source for pair in candidate.pairs))
    answer = _fold("\n".join(pair.text for pair in candidate.pairs))
    for term in terms_in(candidate.section, terms):
        folded = _fold(term.term)
        if re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", source) and folded not in answer:
            yield f"the term “{term.term}” is missing; it stays as it is"


def _fold(text: str) -> str:
    return join_words(text).casefold()


def check_emoji(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 13: the same emoji as often; `:shortcodes:` are protected spans."""
    for pair in candidate.changed:
        if pair.is_ascii:
            continue
        source, answer = Counter(_EMOJI.findall(pair.source)), Counter(_EMOJI.findall(pair.text))
        for emoji in answer - source:
            yield f"run {pair.number}: the emoji {emoji} was added"
        if not candidate.condenses:
            for emoji in source - answer:
                yield f"run {pair.number}: the emoji {emoji} is missing"
