"""How many stored sections an edit outdates: `python -m benchmarks.keys`.

Every paragraph of the book is deleted in its turn. Its own section has another key then, and so has
one more for each term or fact whose home it was.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from server.book.chapters.domain import Chapter
from tests.generation.editions.deletions import (
    PROFILES,
    Change,
    Deletion,
    find_change,
    list_deletions,
    load_book,
    name_chapter,
)

COLUMNS = 6  # the last is for as many, or more


@dataclass(frozen=True, slots=True)
class Edited:
    """A chapter with each of its deletions, which no plan changes."""

    chapter: Chapter
    deletions: Sequence[Deletion]

    def list_changes(self, profile: str) -> list[Change]:
        before = name_chapter(self.chapter, profile)
        return [
            find_change(before, each, name_chapter(each.chapter, profile))
            for each in self.deletions
        ]


def print_line(name: str, changes: Sequence[Change]) -> None:
    counts = Counter(min(len(each.renamed), COLUMNS) for each in changes)
    shares = (f"{counts[number] / len(changes):7.1%}" for number in range(1, COLUMNS + 1))
    mean = sum(len(each.renamed) for each in changes) / len(changes)
    most = max(len(each.renamed) for each in changes)
    moved = sum(each.moved for each in changes)
    beyond = sum(len(each.others) > each.moved for each in changes)
    figures = f"{mean:6.2f} {most:5} {moved:6} {beyond:7}"
    print(f"{name:>26} {len(changes):6} {' '.join(shares)} {figures}")


def main() -> None:
    book = [Edited(chapter, list(list_deletions(chapter))) for chapter in load_book()]
    print("Each paragraph deleted: the share of deletions by how many sections get another key.")
    print("Homes: those that moved in all of them. Beyond: edits that renamed more sections.")
    heads = " ".join(f"{number:7}" for number in range(1, COLUMNS))
    figures = f"{'mean':>6} {'most':>5} {'homes':>6} {'beyond':>7}"
    print(f"{'':>26} {'edits':>6} {heads} {f'{COLUMNS}+':>7} {figures}")
    for profile in PROFILES:
        changes = [each.list_changes(profile) for each in book]
        for edited, of_chapter in zip(book, changes, strict=True):
            print_line(edited.chapter.id, of_chapter)
        print_line(profile, [each for of_chapter in changes for each in of_chapter])


if __name__ == "__main__":
    main()
