"""The texts of a review ready for its page: two columns of HTML, and what changed."""

import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from server.book.chapters.domain import Chapter, Heading, Section
from server.book.languages.tags import Direction, direction_of, is_translation
from server.generation.editions.domain import Edition
from server.generation.rewriting.protocol import reveal
from server.staff.instruction.review.domain import Review, ReviewedSection
from server.web.chapters import SHAPED, render
from server.web.instructor.differences import Stretch, compare_words
from server.web.instructor.words import name_runs

# A start tag as our renderer writes it, and the anchors in it.
_TAG = re.compile(r'<[a-zA-Z][^\s/>]*(?:\s+[^\s=/>]+(?:="[^"]*")?)*\s*/?>')
_ANCHOR = re.compile(r'(\sid="|\shref="#)')


@dataclass(frozen=True, slots=True)
class Column:
    """A section's text as it is read, in its language."""

    html: Markup
    language: str

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)


@dataclass(frozen=True)
class PresentedSection:
    """A reviewed section, and its two texts side by side."""

    it: ReviewedSection
    original: Column
    shown: Column | None  # None where learners read the author's words
    # By the names of the runs; None where the two are in different languages.
    compared: tuple[tuple[str, tuple[Stretch, ...]], ...] | None


def present_sections(review: Review) -> list[PresentedSection]:
    """Prepare the sections that an instructor's page of review shows."""
    return [_present(review, index, section) for index, section in enumerate(review.sections)]


def _present(review: Review, index: int, section: ReviewedSection) -> PresentedSection:
    edition, source = review.plan.plan.edition, section.part.section
    html = _render(review.chapter, source.source, source.headings, "original", index)
    original = Column(html, edition.own_language(source))
    if section.answer is None or section.status not in SHAPED:
        return PresentedSection(section, original, None, None)
    answer = section.answer
    html = _render(review.chapter, answer.markdown, answer.headings, "shown", index)
    shown = Column(html, edition.plan.language)
    return PresentedSection(section, original, shown, _compare(edition, section, source))


def _render(
    chapter: Chapter, markdown: str, headings: tuple[Heading, ...], column: str, index: int
) -> Markup:
    html = render(chapter, markdown, headings, f"{column}{index}")
    return Markup(_keep_apart(html, column))  # noqa: S704  # it has passed the sanitiser


def _keep_apart(html: str, column: str) -> str:
    """The anchors of one column, and the links to them, under names of its own."""
    return _TAG.sub(lambda tag: _ANCHOR.sub(rf"\g<1>{column}.", tag[0]), html)


def _compare(
    edition: Edition, section: ReviewedSection, source: Section
) -> tuple[tuple[str, tuple[Stretch, ...]], ...] | None:
    if is_translation(edition.own_language(source), edition.plan.language):
        return None
    return tuple(
        (label, compare_words(reveal(run), reveal(replace(run, masked=reviewed.shown))))
        for reviewed, run, label in zip(section.runs, source.runs, name_runs(source), strict=True)
        if reviewed.shown is not None and reviewed.shown != reviewed.original
    )
