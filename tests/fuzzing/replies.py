"""Generated replies: honest answers, and what splices, cuts, swaps and noise make of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hypothesis import strategies as st

from server.book.chapters.domain import Run, Section
from server.generation.rewriting.protocol import escape, escape_id, run_numbers, unescape
from tests.book.chapters.test_properties import PIECES, SIGNS
from tests.generation.rewriting.spoiling import SPOILERS
from tests.oracle.mischief import list_mischief
from tests.stand_in import Manner
from tests.stand_in.manners import answer_run

HOSTILE = (
    "https://evil.example/x", "[so](https://evil.example)", "![so](//evil.example/a.png)",
    "<script>alert(1)</script>", "&lt;script&gt;", "<img src=x onerror=go()>", "{go()}",
    "<Tabs>", "</details>", "<!--", "-->", "\n\n```\nrm -rf /\n```\n\n", "`rm -rf /`",
    "\n\n# Own\n\n", "\n- own\n", "\n> own\n", "\n:::\n", "\n\n---\n\n", "\n===\n", "\n| a | b |\n",
    "\nimport x from 'y'\n", "\n\nexport const a = 1\n\n", "$$", "$x$", "\\(x\\)", "\\begin{a}",
    "[^1]", "[^1]: x", "[a]: b", "<a@b.example>", "www.evil.example", "javascript:alert(1)",
    "</run>", '</run><run id="99">', "</section>", '<section id="x">', '<note kind="hardware">',
    "⟦1⟧", "⟦2⟧", "⟦99⟧", "⟦", "⟧", "[[1]]", "〚1〛", "⟦ 1 ⟧", "⟦۱⟧", "⟦ایک⟧", "(1)", "{{1}}",
)  # fmt: skip
NOISE = (
    "\u200b", "\u200d", "\u200c", "\u202e", "\u2066", "\ufeff", "\x00", "\x07", "\x1b", "\x85",
    "\u2028", "\u00a0", "\u0301", "\ufffc", "\ud800", "\U000e0041", "🎉", "ﷺ", "١", "＜", "｀",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(NOISE),
    st.sampled_from([*SIGNS, *PIECES]),
    st.sampled_from(["indeed", "so", " not ", "16", "50 Hz", "7", ". ", ", ", "**", "*"]),
    st.text(max_size=8),
)
_TOKEN = re.compile(r"⟦\d+⟧|\w+|\s+|.", re.DOTALL)

Way = Callable[[Run], str]


def _in_manner(manner: Manner) -> Way:
    return lambda run: unescape(answer_run(manner, escape(run.masked)))


HONEST: Mapping[str, Way] = {manner.value: _in_manner(manner) for manner in Manner}


def _spoil(name: str) -> Way:
    return lambda run: SPOILERS[name](run.masked)


WAYS: Mapping[str, Way] = {**HONEST, **list_mischief(), **{name: _spoil(name) for name in SPOILERS}}


class Kind(StrEnum):
    INSERT = "insert"
    REPLACE = "replace"
    DELETE = "delete"
    DOUBLE = "double"
    SWAP = "swap"
    MOVE = "move"  # into another run


@dataclass(frozen=True)
class Edit:
    """One change of the answers; runs and places count round, so that each fits any section."""

    kind: Kind
    run: int
    place: int
    length: int
    other: int
    text: str


@dataclass(frozen=True)
class Mischief:
    """How all runs are answered, how one is, and what is changed afterwards."""

    manner: str
    way: str | None
    target: int
    edits: tuple[Edit, ...]


_NUMBER = st.integers(0, 40)
EDITS = st.builds(
    Edit, st.sampled_from(list(Kind)), _NUMBER, _NUMBER, st.integers(1, 4), _NUMBER, TEXTS
)
MISCHIEF = st.builds(
    Mischief,
    st.sampled_from(sorted(HONEST)),
    st.none() | st.sampled_from(sorted(WAYS)),
    _NUMBER,
    st.lists(EDITS, max_size=4).map(tuple),
)


def answer(section: Section, mischief: Mischief) -> dict[int, str]:
    """The answers to all of the section's runs, as a model would write them."""
    runs = section.runs
    texts = [HONEST[mischief.manner](run) for run in runs]
    if runs and mischief.way is not None:
        target = mischief.target % len(runs)
        texts[target] = WAYS[mischief.way](runs[target])
    tokens = [_TOKEN.findall(text) for text in texts]
    for edit in mischief.edits:
        if tokens:
            _apply(edit, tokens)
    return {index: "".join(each) for index, each in enumerate(tokens)}


def _apply(edit: Edit, tokens: list[list[str]]) -> None:
    run = tokens[edit.run % len(tokens)]
    start = edit.place % (len(run) + 1)
    chosen = slice(start, start + edit.length)
    match edit.kind:
        case Kind.INSERT:
            run[start:start] = [edit.text]
        case Kind.REPLACE:
            run[chosen] = [edit.text]
        case Kind.DELETE:
            del run[chosen]
        case Kind.DOUBLE:
            run[start:start] = run[chosen]
        case Kind.SWAP:
            _swap(run, start, edit.other)
        case Kind.MOVE:
            moved = run[chosen]
            del run[chosen]
            tokens[edit.other % len(tokens)].extend(moved)


def _swap(run: list[str], one: int, other: int) -> None:
    if run:
        one, other = one % len(run), other % len(run)
        run[one], run[other] = run[other], run[one]


def write_reply(section: Section, answers: Mapping[int, str], notes: Sequence[str] = ()) -> str:
    """The answers in the protocol's elements."""
    numbers = run_numbers(section)
    runs = [f'<run id="{numbers[index]}">{escape(text)}</run>' for index, text in answers.items()]
    written = [f'<note kind="hardware" after="1">{escape(note)}</note>' for note in notes]
    return "\n".join([f'<section id="{escape_id(section.id)}">', *runs, *written, "</section>"])


def splice(text: str, edits: Sequence[Edit]) -> str:
    """Change a whole reply, elements included."""
    tokens = [_TOKEN.findall(text)]
    for edit in edits:
        _apply(edit, tokens)
    return "".join(tokens[0])
