"""The canonical form of a rendition: the bytes that stand for what was read, and their hash."""

import json
from collections.abc import Sequence
from hashlib import sha256

from server.book.languages.tags import direction_of
from server.generation.renditions.domain import ShownSection


def write_canonical(title: str, language: str, sections: Sequence[ShownSection]) -> bytes:
    """All that a reader sees, the same for everybody who is shown it (design.md §6).

    Sorted keys, no spaces, UTF-8. What an answer says about it (status, reason, review) is not in
    it, and nothing of who asked.
    """
    read = {
        "title": title,
        "language": language,
        "direction": direction_of(language),
        "sections": [_describe(section) for section in sections],
    }
    text = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def hash_canonical(title: str, language: str, sections: Sequence[ShownSection]) -> str:
    """`rendition_hash`: the SHA-256 of these bytes."""
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
