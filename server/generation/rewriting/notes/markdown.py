"""Markdown of notes: where admitted notes stand in a section, and how they are written.

A note is written by us as the book's kind of admonition, labelled as an addition, at the boundary
of two top-level blocks; without the notes the section is what the verifier saw.
"""

import re
from collections.abc import Sequence

import structlog

from server.book.chapters.domain import Dialect, Section
from server.book.chapters.joiner import eol_of, join_blocks, join_section
from server.generation.rewriting.domain import (
    Brief,
    Note,
    PlacedNote,
    SectionRewrite,
    is_numbered,
    shows_listing,
)
from server.generation.rewriting.notes.admission import OFFLINE, NoteFault
from server.generation.rewriting.notes.labels import find_labels
from server.plan.transformations.domain import FOLDED_KINDS, WALKTHROUGH

logger = structlog.stdlib.get_logger(__name__)

LINE_ENDS = "\r\n"
_COLON = re.compile(r"[:：]\W*\Z")


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
    logger.warning(
        "notes dropped", section=section.id, reasons={NoteFault.PLACE.value: len(rewrite.notes)}
    )
    return plain, ()


def _insert(
    section: Section, rewrite: SectionRewrite, brief: Brief
) -> tuple[str, tuple[PlacedNote, ...]]:
    eol = eol_of(section.source)
    texts = list(join_blocks(section, rewrite.answers))
    by_block = _place(section, texts, rewrite.notes)
    markdown = ""
    placed: list[PlacedNote] = []
    for number, text in enumerate(texts):
        markdown += text
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


def _place(section: Section, texts: Sequence[str], notes: Sequence[Note]) -> dict[int, list[Note]]:
    """Each note by the block it stands behind: the first at or after its own where it may stand.

    Without a known piece to stand behind, or with no such place, it is the section's last place.
    """
    allowed = [number for number, block in enumerate(section.blocks) if block.note_after]
    announcing = {number for number in allowed if _announces(section, texts, number)}
    places = [number for number in allowed if number not in announcing] or allowed[-1:]
    block_of = _block_of_each_piece(section)
    placed: dict[int, list[Note]] = {}
    for note in notes if places else ():
        is_known = note.after is not None and 0 < note.after <= len(block_of)
        start = block_of[note.after - 1] if is_known and note.after else len(section.blocks)
        if note.kind == WALKTHROUGH:
            start = _find_listing(section, start)
        place = next((number for number in places if number >= start), places[-1])
        placed.setdefault(place, []).append(note)
    return placed


def _find_listing(section: Section, start: int) -> int:
    """The listing at or behind a block, else the last: who reads on has it before their eyes."""
    listings = [number for number, block in enumerate(section.blocks) if shows_listing(block)]
    return next((number for number in listings if number >= start), (listings or [start])[-1])


def _announces(section: Section, texts: Sequence[str], number: int) -> bool:
    """Whether it ends with a colon, and something stands behind it: nothing comes between."""
    if section.blocks[number].kind != "prose" or not _COLON.search(texts[number]):
        return False
    return any(block.kind != "blank" for block in section.blocks[number + 1 :])


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
    """The note as the book's kind of admonition, or of what folds, labelled as an addition."""
    # Offline the notes are the fact sheets' own words, which nobody has translated.
    plan = brief.plan
    language = plan.source_language if provider == OFFLINE else plan.language
    title = find_labels(language).title(note.kind)
    lines = note.text.strip().splitlines()
    is_folded = note.kind in FOLDED_KINDS
    if brief.chapter.dialect is Dialect.MKDOCS:
        mark = "???" if is_folded else "!!!"
        written = [f'{mark} note "{title}"', "", *(f"    {line}".rstrip() for line in lines)]
    elif is_folded:
        # The tags stand alone and without attributes: so MDX and every Markdown read them alike.
        written = ["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>"]
    elif brief.chapter.dialect is Dialect.DOCUSAURUS:
        written = [f":::note[{title}]", "", *lines, "", ":::"]
    else:
        written = [f"> **{title}**", ">", *(f"> {line}".rstrip() for line in lines)]
    return eol.join(written)


def place_notes(section: Section, rewrite: SectionRewrite) -> dict[int, list[Note]]:
    """The notes of a rewrite by the block that each will stand behind."""
    texts = list(join_blocks(section, rewrite.answers))
    return _place(section, texts, rewrite.notes)
