"""The rubric as it is written in `rubric.md`: five questions, five described levels each."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("rubric.md")
QUESTION = re.compile(r"^## (\w+): (.+)$", re.MULTILINE)
LEVEL = re.compile(r"^- ([1-5]): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A question of the rubric; `levels` are from 5 down to 1."""

    id: str
    question: str
    levels: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    text: str
    introduction: str
    dimensions: tuple[Dimension, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dimension.id for dimension in self.dimensions)


@cache
def load_rubric() -> Rubric:
    """Read the file that we ship."""
    text = FILE.read_text(encoding="utf-8")
    first, *parts = QUESTION.split(text)
    dimensions = tuple(
        Dimension(
            id=parts[index],
            question=parts[index + 1],
            levels=tuple((int(score), words) for score, words in LEVEL.findall(parts[index + 2])),
        )
        for index in range(0, len(parts), 3)
    )
    return Rubric(text=text, introduction=first.partition("\n")[2].strip(), dimensions=dimensions)
