"""What became of the words: two texts as one, in which each stretch was kept, removed or added."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

MOST_WORDS = 3_000  # more than these are not compared one by one
# Nor are words that stand so often in both that there are more pairs of equal ones than this.
MOST_PAIRS = 250_000
SHORTEST_ISLAND = 3  # letters; what is kept between two changes and is shorter reads as noise

_WORD = re.compile(r"\w+(?:['’-]\w+)*\s*|[^\w\s]\s*|\s+")


class Fate(StrEnum):
    """What became of a stretch of text between two versions."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text that two versions share, or one has alone."""

    fate: Fate
    text: str


@dataclass(frozen=True, slots=True)
class _Step:
    """So many words of either text; they are the same words where nothing changed."""

    changed: bool
    before: Sequence[str]
    after: Sequence[str]


@lru_cache(maxsize=2048)
def compare_words(before: str, after: str) -> tuple[Stretch, ...]:
    """The stretches in reading order; what was removed stands before what took its place."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if before == after or not _are_comparable(old, new):
        return tuple(_tell([_Step(changed=before != after, before=old, after=new)]))
    return tuple(_tell(_join(_list_steps(old, new))))


def _are_comparable(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether it takes no longer than somebody would wait."""
    if max(len(old), len(new)) > MOST_WORDS:
        return False
    counts, others = (Counter(word.strip() for word in each) for each in (old, new))
    return sum(number * others[word] for word, number in counts.items()) <= MOST_PAIRS


def _list_steps(old: Sequence[str], new: Sequence[str]) -> Iterator[_Step]:
    before, after = ([word.strip() for word in each] for each in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for name, start, end, new_start, new_end in matcher.get_opcodes():
        yield _Step(name != "equal", old[start:end], new[new_start:new_end])


def _join(steps: Iterator[_Step]) -> list[_Step]:
    """Changes with no more than a comma or an article between them read better as one."""
    joined = list[_Step]()
    for step in steps:
        is_island = len(joined) > 1 and joined[-1].changed is False and _is_short(joined[-1])
        if step.changed and is_island:
            island, last = joined.pop(), joined.pop()
            before = [*last.before, *island.before, *step.before]
            joined.append(_Step(True, before, [*last.after, *island.after, *step.after]))
        else:
            joined.append(step)
    return joined


def _is_short(step: _Step) -> bool:
    return sum(char.isalnum() for word in step.after for char in word) <= SHORTEST_ISLAND


def _tell(steps: Sequence[_Step]) -> Iterator[Stretch]:
    for step in steps:
        if not step.changed:
            yield Stretch(Fate.KEPT, "".join(step.after))
            continue
        for fate, words in ((Fate.REMOVED, step.before), (Fate.ADDED, step.after)):
            if text := "".join(words):
                yield Stretch(fate, text)
