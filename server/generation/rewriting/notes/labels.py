"""Labels of notes: what an addition is called, in the reader's language where we know the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from server.book.languages.tags import find_rendering

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Labels:
    """The titles of the kinds of note (`NOTE_KINDS`), and the words that mark it as added."""

    titles: Mapping[str, str]
    added: str

    def title(self, kind: str) -> str:
        """What stands above a note of this kind."""
        return f"{self.titles[kind]} ({self.added})"


def _read_labels() -> dict[str, Labels]:
    content: object = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    words = TypeAdapter(dict[str, dict[str, str]]).validate_python(content)
    return {tag: Labels(titles, titles.pop("added")) for tag, titles in words.items()}


LABELS = _read_labels()
_TAGS = {tag: tag for tag in LABELS}


def find_labels(language: str) -> Labels:
    """The labels for a language as it is written; in English for one whose words we do not know."""
    return LABELS[find_rendering(_TAGS, language) or FALLBACK]
