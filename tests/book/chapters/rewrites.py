"""Benign rewrites of a run: what a good model may answer, and the skeleton has to bear."""

import re
from collections.abc import Callable

from server.book.chapters.domain import Run, RunKind

Rewrite = Callable[[Run], str]
_WORD = re.compile(r"[A-Za-z]{2,}")


def answer_faithfully(run: Run) -> str:
    return run.masked


def add_a_word(run: Run) -> str:
    return f"{run.masked} indeed"


def put_a_word_first(run: Run) -> str:
    return f"Indeed {run.masked}"


def add_a_sentence(run: Run) -> str:
    return f"{run.masked} One more sentence says so."


def unwrap_lines(run: Run) -> str:
    return "\n\n".join(" ".join(part.split()) for part in run.masked.split("\n\n"))


def wrap_lines(run: Run) -> str:
    return re.sub(r"([a-z]{3,}) (?=[a-z]{3})", r"\1\n", run.masked)


def reverse_paragraphs(run: Run) -> str:
    return "\n\n".join(reversed(run.masked.split("\n\n")))


def merge_paragraphs(run: Run) -> str:
    return " ".join(run.masked.split())


def add_a_paragraph(run: Run) -> str:
    if run.kind is not RunKind.PASSAGE:
        return run.masked
    return f"A paragraph in front.\n\n{run.masked}\n\nAnd one behind."


def write_in_urdu(run: Run) -> str:
    return _WORD.sub("لفظ", run.masked)


REWRITES: tuple[Rewrite, ...] = (
    answer_faithfully,
    add_a_word,
    put_a_word_first,
    add_a_sentence,
    unwrap_lines,
    wrap_lines,
    reverse_paragraphs,
    merge_paragraphs,
    add_a_paragraph,
    write_in_urdu,
)
