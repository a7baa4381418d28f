"""The joiner: an answer becomes a run's new text, and a section's pieces become a section again."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from server.book.chapters.domain import Block, Markup, Piece, Run, RunKind, Section, Span

_PLACEHOLDER = re.compile(r"⟦(\d{1,9})⟧")
_PLACEHOLDER_AND_SPACE = re.compile(r"[ \t\n]*⟦(\d{1,9})⟧[ \t\n]*|⟦(\d{1,9})⟧")
_SPACE = " \t\n"
_SPACES = re.compile(f"[{_SPACE}]+")
_LONE_PLACEHOLDERS = re.compile(r"^((?:[ \t]*⟦\d{1,9}⟧)+)[ \t]*\n", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_BLANK_LINE_END = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\Z")
_ONE_LINE_KINDS = frozenset({RunKind.HEADING, RunKind.CELL, RunKind.LABEL})


def eol_of(text: str) -> str:
    """Return the line end that a chapter's joined text takes: the first one of its source."""
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def join_section(section: Section, answers: Mapping[int, str]) -> str:
    """Return the section's text with the answered runs; the others keep the author's bytes.

    A key is the run's index in `section.runs`.
    """
    return "".join(join_blocks(section, answers))


def join_blocks(section: Section, answers: Mapping[int, str]) -> list[str]:
    """Return the text of each of the section's blocks with the answered runs."""
    return join_texts(section, render_answers(section, answers))


def render_answers(section: Section, answers: Mapping[int, str]) -> dict[int, str]:
    """Return each answered run's new text, empty where the passage is to go."""
    eol = eol_of(section.source)
    return {
        index: render_run(run, answers[index], eol=eol) if answers[index].strip() else ""
        for index, run in enumerate(section.runs)
        if index in answers
    }


def join_texts(section: Section, texts: Mapping[int, str]) -> list[str]:
    """Return the text of each of the section's blocks with the runs' new texts in their places."""
    gone = {index for index, text in texts.items() if not text}
    return [
        "".join(
            texts.get(index, piece.source) if isinstance(piece, Run) else piece.source
            for index, piece in pieces
        )
        for pieces in list_remaining(section, gone)
    ]


def list_remaining(section: Section, gone: Set[int]) -> Iterator[Sequence[tuple[int, Piece]]]:
    """Yield what remains of each block once the passages in `gone` are gone.

    Beside each piece stands how many runs there are before it: a run's own index. The blank lines
    behind a passage go with it, so that no two of them stand in its place.
    """
    index = 0
    ends_blank = True
    for block in section.blocks:
        pieces = list[tuple[int, Piece]]()
        for piece in block.pieces:
            pieces.append((index, piece))
            index += isinstance(piece, Run)
        if index - 1 in gone and _is_passage(block):
            pieces = [] if ends_blank else [(index, _drop_first_line_end(block))]
        if pieces:
            ends_blank = bool(gone) and _BLANK_LINE_END.search(pieces[-1][1].source) is not None
        yield pieces


def _is_passage(block: Block) -> bool:
    """Whether the block is one passage, and nothing else but space."""
    runs = [piece for piece in block.pieces if not isinstance(piece, Markup)]
    return len(runs) == 1 and isinstance(runs[0], Run) and runs[0].kind is RunKind.PASSAGE


def _drop_first_line_end(block: Block) -> Markup:
    behind = block.pieces[-1].source if isinstance(block.pieces[-1], Markup) else ""
    return Markup(_LINE_END.sub("", behind, count=1))


def render_run(run: Run, answer: str, *, eol: str) -> str:
    """Return the answer as the author's file would hold it: spans restored, lines prefixed."""
    if run.detached or answer == run.masked:
        return run.source
    text = (_LINE_END.sub("\n", answer) if "\r" in answer else answer).strip(_SPACE)
    if run.kind in _ONE_LINE_KINDS:
        text = _SPACES.sub(" ", text)
    if any(span.kind == "break" for span in run.spans):
        text = _drop_space_around_breaks(text, run)
    return _PLACEHOLDER.sub(_span_restorer(run), _lay_out(text, run, eol))


def _lay_out(text: str, run: Run, eol: str) -> str:
    """Give every further line the run's prefix; only a passage has paragraphs."""
    paragraphs = _BLANK_LINES.split(text) if run.kind is RunKind.PASSAGE else [text]
    return (eol + eol + run.prefix).join(
        (eol + run.prefix).join(_list_lines(paragraph)) for paragraph in paragraphs
    )


def _list_lines(paragraph: str) -> list[str]:
    """Return a paragraph's lines as they may stand in a file."""
    # Indented lines would turn into code, and trailing spaces into hard breaks; a tag or an
    # expression that is alone on its line would be a block of its own.
    lines = _LONE_PLACEHOLDERS.sub(r"\1 ", paragraph).split("\n")
    return [line for line in (line.strip(" \t") for line in lines) if line]


def _drop_space_around_breaks(text: str, run: Run) -> str:
    """A hard break brings its own line end, so nothing else may stand around it."""

    def tighten(found: re.Match[str]) -> str:
        span = _find_span(run, found[1])
        return f"⟦{found[1]}⟧" if span is not None and span.kind == "break" else found[0]

    return _PLACEHOLDER_AND_SPACE.sub(tighten, text)


def _span_restorer(run: Run) -> Callable[[re.Match[str]], str]:
    """Return what puts a span back; an unknown placeholder is left for the verifier to find."""

    def restore(found: re.Match[str]) -> str:
        span = _find_span(run, found[1])
        if span is None:
            return found[0]
        return span.source + _guard_after(span, found)

    return restore


def _guard_after(span: Span, found: re.Match[str]) -> str:
    """A bare URL reaches as far as letters do, so a word that touches it needs a space."""
    if span.kind != "url" or span.source.startswith("<"):
        return ""
    following = found.string[found.end() : found.end() + 1]
    return " " if following.isalnum() else ""


def _find_span(run: Run, number: str) -> Span | None:
    index = int(number) - run.first_span
    return run.spans[index] if 0 <= index < len(run.spans) else None
