"""Additions: which notes are admitted, where they may stand, and how they are written.

A note is typed text from a model. It is admitted only as plain paragraphs or lists, may show code
only if the section or the fact sheets do, and is written by us as the book's kind of admonition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from server.chapters.domain import Block, Dialect, Protected, Run, Section
from server.chapters.joining import eol_of, join_section, render_run
from server.chapters.splitting import Context, split_section
from server.rewriting.domain import Brief, Note, PlacedNote, SectionRewrite, is_numbered
from server.rewriting.verification import FORBIDDEN_CHARACTERS
from server.transformations.languages import find_primary

logger = structlog.stdlib.get_logger(__name__)

LONGEST_NOTE = 1200  # characters
MOST_NOTES = 6  # in one section
LINE_ENDS = "\r\n"

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
    admitted = [note for note in notes if _is_admissible(note, known, brief.context)]
    return tuple(admitted[:MOST_NOTES])


def _known_text(section: Section, brief: Brief) -> str:
    """What the book and the fact sheets say already: a note may show no other code."""
    facts = [
        fact.note
        for transformation in brief.plan.transformations
        for sheet in transformation.facts
        for fact in sheet.facts
    ]
    definitions = [term.definition for term in brief.plan.terms]
    return "\n".join((section.source, *facts, *definitions))


def _is_admissible(note: Note, known: str, context: Context) -> bool:
    if note.kind not in TITLES or not 0 < len(note.text) <= LONGEST_NOTE:
        return False
    if FORBIDDEN_CHARACTERS.search(note.text) or any(c in note.text for c in "⟦⟧{}<"):
        return False
    # Each reading sees something that the other takes for prose: a component, indented code.
    return all(
        _is_plain(block, known)
        for mdx in (True, False)
        for block in split_section(f"{note.text}\n", replace(context, mdx=mdx), first=False).blocks
    )


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
    section: Section, rewrite: SectionRewrite, brief: Brief
) -> tuple[str, tuple[PlacedNote, ...]]:
    """The section's markdown with its notes at top-level block boundaries, and the notes.

    Without the notes and the padding around them it is what the verifier saw. Where the author's
    blocks would not all survive beside them, the notes give way.
    """
    plain = join_section(section, rewrite.answers)
    if not rewrite.notes:
        return plain, ()
    markdown, placed = _insert(section, rewrite, brief)
    if _keeps_blocks(brief.split(plain, section), brief.split(markdown, section)):
        return markdown, placed
    logger.warning("notes dropped: they would change the blocks beside them", section=section.id)
    return plain, ()


def _insert(
    section: Section, rewrite: SectionRewrite, brief: Brief
) -> tuple[str, tuple[PlacedNote, ...]]:
    eol = eol_of(section.source)
    by_block = _place(section, rewrite.notes)
    markdown = ""
    placed: list[PlacedNote] = []
    index = 0
    for number, block in enumerate(section.blocks):
        for piece in block.pieces:
            if isinstance(piece, Run):
                markdown += render_run(piece, rewrite.answers.get(index, piece.masked), eol=eol)
                index += 1
            else:
                markdown += piece.source
        for note in by_block.get(number, ()):
            written = PlacedNote(note.kind, write_note(note, rewrite.provider, brief, eol))
            markdown = _end_with_blank_line(markdown, eol) + written.markdown + eol + eol
            placed.append(written)
    if by_block.get(len(section.blocks) - 1) and section is brief.chapter.sections[-1]:
        markdown = _end_like(markdown, section.source)
    return markdown, tuple(placed)


def _end_like(text: str, source: str) -> str:
    """A file ends as its author's does, with or without a line end."""
    return text.rstrip(LINE_ENDS) + source[len(source.rstrip(LINE_ENDS)) :]


def _end_with_blank_line(text: str, eol: str) -> str:
    while text and not text.endswith(eol + eol):
        text += eol
    return text


def _place(section: Section, notes: Sequence[Note]) -> dict[int, list[Note]]:
    """Each note by the block it stands behind: the first at or after its own where it may stand.

    Without a known piece to stand behind, or with no such place, it is the section's last place.
    """
    places = [number for number, block in enumerate(section.blocks) if block.note_after]
    block_of = _block_of_each_piece(section)
    placed: dict[int, list[Note]] = {}
    for note in notes if places else ():
        is_known = note.after is not None and 0 < note.after <= len(block_of)
        start = block_of[note.after - 1] if is_known and note.after else len(section.blocks)
        place = next((number for number in places if number >= start), places[-1])
        placed.setdefault(place, []).append(note)
    return placed


def _block_of_each_piece(section: Section) -> list[int]:
    return [
        number
        for number, block in enumerate(section.blocks)
        for piece in block.pieces
        if is_numbered(piece)
    ]


def _keeps_blocks(without: Section, within: Section) -> bool:
    """Whether the author's blocks are still all there, in order, once the notes stand between."""
    found = iter(_list_blocks(within))
    return all(block in found for block in _list_blocks(without))


def _list_blocks(section: Section) -> list[tuple[str, str]]:
    return [(block.kind, block.source.strip()) for block in section.blocks]


def write_note(note: Note, provider: str, brief: Brief, eol: str) -> str:
    """The note as the book's kind of admonition, labelled as an addition."""
    # Offline the notes are the fact sheets' own words, which nobody has translated.
    plan = brief.plan
    title = _title(note.kind, plan.source_language if provider == "offline" else plan.language)
    lines = note.text.splitlines()
    if brief.chapter.dialect is Dialect.DOCUSAURUS:
        written = [f":::note[{title}]", "", *lines, "", ":::"]
    elif brief.chapter.dialect is Dialect.MKDOCS:
        written = [f'!!! note "{title}"', "", *(f"    {line}".rstrip() for line in lines)]
    else:
        written = [f"> **{title}**", ">", *(f"> {line}".rstrip() for line in lines)]
    return eol.join(written)


def _title(kind: str, language: str) -> str:
    column = 1 if find_primary(language) == "ur" else 0
    return f"{TITLES[kind][column]} ({ADDED[column]})"
