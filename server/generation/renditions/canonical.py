"""The canonical form of a rendition: the bytes that stand for what was read, and their hash."""

import json
from collections.abc import Sequence
from hashlib import sha256

from server.book.chapters.domain import Chapter
from server.book.languages.tags import direction_of
from server.generation.editions.domain import PLAIN, Form
from server.generation.renditions.blocks import SectionBlocks, find_blocks, write_block
from server.generation.renditions.domain import RENDITIONS_URL, Reference, ShownSection


def write_canonical(
    title: str,
    language: str,
    sections: Sequence[ShownSection],
    blocks: Sequence[SectionBlocks] = (),
) -> bytes:
    """All that a reader sees, the same for everybody who is shown it (design.md §6).

    Sorted keys, no spaces, UTF-8. What an answer says about it (status, reason, review) is not in
    it, and nothing of who asked. With `blocks`, one for each section, it is another form.
    """
    described = [_describe(section) for section in sections]
    for each, found in zip(described, blocks, strict=False):
        each["blocks"] = (
            None if found.blocks is None else [write_block(block) for block in found.blocks]
        )
    read = {
        "title": title,
        "language": language,
        "direction": direction_of(language),
        "sections": described,
    }
    text = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def write_form(
    title: str, language: str, sections: Sequence[ShownSection], chapter: Chapter, form: Form
) -> bytes:
    """The canonical bytes in the form that a page asks for, of a chapter as its file is now."""
    if form == PLAIN:
        return write_canonical(title, language, sections)
    blocks = [find_blocks(chapter, form, index, each) for index, each in enumerate(sections)]
    return write_canonical(title, language, sections, blocks)


def refer_to(canonical: bytes) -> Reference:
    """Return where these bytes are to be had."""
    name = sha256(canonical).hexdigest()
    return Reference(name, f"{RENDITIONS_URL}/{name}", len(canonical))


def hash_canonical(title: str, language: str, sections: Sequence[ShownSection]) -> str:
    """`rendition_hash`: the SHA-256 of the plain form's bytes."""
    return sha256(write_canonical(title, language, sections)).hexdigest()


def _describe(section: ShownSection) -> dict[str, object]:
    return {
        "id": section.id,
        "title": section.title,
        "headings": [
            {"level": each.level, "id": each.id, "text": each.text} for each in section.headings
        ],
        "markdown": section.markdown,
        "notes": [{"kind": note.kind, "markdown": note.markdown} for note in section.notes],
    }
