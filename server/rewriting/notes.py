"""Additions: which notes are admitted, where they may stand, and how they are written.

A note is typed text from a model. It is admitted only as plain paragraphs or lists, may show code
only if the section or the fact sheets do, and is written by us as the book's kind of admonition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from server.chapters.domain import Block, Dialect, Protected, Run, Section
from server.chapters.joining import eol_of, join_section, render_run
from server.chapters.splitting import Context, split_section
from server.rewriting.domain import Brief, Note, PlacedNote, numbered_pieces
from server.rewriting.verification import FORBIDDEN_CHARACTERS, shape_of
from server.transformations.languages import find_primary

LONGEST_NOTE = 1200  # characters
MOST_NOTES = 6  # in one section

TITLES = {
    "hardware": ("Your hardware", "آپ کا ہارڈویئر"),
    "glossary": ("In other words", "دوسرے لفظوں میں"),
    "practice": ("Try it", "خود آزمائیں"),
    "context": ("In practice", "عملی دنیا میں"),
    "depth": ("Going deeper", "مزید گہرائی میں"),
    "teaching": ("For your class", "آپ کی کلاس کے لیے"),
    "primer": ("Before you read on", "آگے پڑھنے سے پہلے"),
}
ADDED = ("added for you", "آپ کے لیے اضافہ")
PLAIN_SPANS = frozenset({"code", "entity", "escape", "break"})


def admit_notes(notes: Iterable[Note], section: Section, brief: Brief) -> tuple[Note, ...]:
    """The notes that are safe to show, in order; the others are dropped."""
    known = _known_text(section, brief)
    context = replace(brief.context, mdx=True)  # the stricter reading, whatever the file's
    admitted = [note for note in notes if _is_admissible(note, known, context)]
    return tuple(admitted[:MOST_NOTES])


def _known_text(section: Section, brief: Brief) -> str:
    facts = [
        fact.note
        for transformation in brief.plan.transformations
        for sheet in transformation.facts
        for fact in sheet.facts
    ]
    return "\n".join((section.source, *facts))


def _is_admissible(note: Note, known: str, context: Context) -> bool:
    if note.kind not in TITLES or not 0 < len(note.text) <= LONGEST_NOTE:
        return False
    if FORBIDDEN_CHARACTERS.search(note.text) or any(c in note.text for c in "⟦⟧{}<"):
        return False
    blocks = split_section(note.text + "\n", context, first=False).blocks
    return all(_is_plain(block, known) for block in blocks)


def _is_plain(block: Block, known: str) -> bool:
    if block.kind not in {"prose", "list", "blank"}:
        return False
    for piece in block.pieces:
        if isinstance(piece, Protected):
            return False
        if isinstance(piece, Run) and not all(
            span.kind in PLAIN_SPANS and span.source in known for span in piece.spans
        ):
            return False
    return True


def join_with_notes(
    section: Section,
    answers: dict[int, str],
    notes: Sequence[Note],
    *,
    dialect: Dialect,
    language: str,
) -> tuple[str, tuple[PlacedNote, ...]]:
    """The section's markdown with its notes at top-level block boundaries, and the notes."""
    eol = eol_of(section.source)
    by_block = _place(section, notes)
    parts: list[str] = []
    placed: list[PlacedNote] = []
    index = 0
    for number, block in enumerate(section.blocks):
        for piece in block.pieces:
            if isinstance(piece, Run):
                answer = answers.get(index, piece.masked)
                parts.append(render_run(piece, answer, eol=eol))
                index += 1
            else:
                parts.append(piece.source)
        for note in by_block.get(number, ()):
            markdown = write_note(note, dialect, language, eol)
            _append_apart(parts, markdown, eol)
            placed.append(PlacedNote(note.kind, markdown))
    return "".join(parts), tuple(placed)


def _place(section: Section, notes: Sequence[Note]) -> dict[int, list[Note]]:
    """Each note goes behind the first block, at or after its own, where a note may stand."""
    block_of = _block_of_each_piece(section)
    placed: dict[int, list[Note]] = {}
    last = len(section.blocks) - 1
    for note in notes:
        start = last
        if note.after is not None and 0 < note.after <= len(block_of):
            start = block_of[note.after - 1]
        place = next((n for n in range(start, last + 1) if section.blocks[n].note_after), None)
        if place is not None:
            placed.setdefault(place, []).append(note)
    return placed


def _block_of_each_piece(section: Section) -> list[int]:
    shown = {id(piece) for piece in numbered_pieces(section)}
    return [
        number
        for number, block in enumerate(section.blocks)
        for piece in block.pieces
        if id(piece) in shown
    ]


def _append_apart(parts: list[str], markdown: str, eol: str) -> None:
    """Put the note on lines of its own with a blank line before and behind it."""
    before = "".join(parts[-3:])
    while not before.endswith(eol + eol) and before:
        parts.append(eol)
        before += eol
    parts.extend((markdown, eol, eol))


def write_note(note: Note, dialect: Dialect, language: str, eol: str) -> str:
    """The note as the book's kind of admonition, labelled as an addition."""
    title = _title(note.kind, language)
    lines = note.text.split("\n")
    if dialect is Dialect.DOCUSAURUS:
        written = [f":::note[{title}]", "", *lines, "", ":::"]
    elif dialect is Dialect.MKDOCS:
        written = [f'!!! note "{title}"', "", *(f"    {line}".rstrip() for line in lines)]
    else:
        written = [f"> **{title}**", ">", *(f"> {line}".rstrip() for line in lines)]
    return eol.join(written)


def _title(kind: str, language: str) -> str:
    column = 1 if find_primary(language) == "ur" else 0
    return f"{TITLES[kind][column]} ({ADDED[column]})"


def notes_fit(section: Section, answers: dict[int, str], markdown: str, brief: Brief) -> bool:
    """Whether the author's part is still all there, in order, once the notes stand in it."""
    without = brief.split(join_section(section, answers), section)
    within = brief.split(markdown, section)
    wanted = [part for part in shape_of(without, frozenset()) if part.kind is not None]
    found = iter(part for part in shape_of(within, frozenset()) if part.kind is not None)
    return all(part in found for part in wanted) and _protected(without) == [
        source for source in _protected(within) if source in set(_protected(without))
    ]


def _protected(section: Section) -> list[str]:
    return [piece.source for piece in section.pieces() if isinstance(piece, Protected)]
