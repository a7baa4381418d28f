"""From a section and what is known about it to the section as it is shown. Pure."""

from dataclasses import replace
from datetime import datetime

from server.book.chapters.domain import Chapter, Heading, Section
from server.book.chapters.headings import make_plain_text
from server.book.chapters.titles import find_title_run
from server.generation.renditions.domain import FallbackCause, SectionStatus, ShownSection
from server.generation.rewriting.domain import Brief, SectionRewrite
from server.generation.rewriting.notes.markdown import join_with_notes
from server.generation.rewriting.verification import Candidate, find_differences

REASONS = {
    FallbackCause.REJECTED: (
        "The rewritten text did not pass our checks, so this is the author's own."
    ),
    FallbackCause.OUTAGE: (
        "The language model could not be reached, so this is the author's own text."
    ),
    FallbackCause.BUDGET: (
        "This site's budget for rewriting is used up for now, so this is the author's own text."
    ),
    FallbackCause.STOPPED: (
        "Rewriting is switched off on this site for now, so this is the author's own text."
    ),
}


def show_original(section: Section) -> ShownSection:
    """The author's section, byte for byte."""
    return ShownSection(
        id=section.id,
        title=section.title,
        status=SectionStatus.ORIGINAL,
        markdown=section.source,
        headings=section.headings,
    )


def show_fallback(
    section: Section,
    cause: FallbackCause,
    *,
    retry_at: datetime | None = None,
    failed_check: str | None = None,
) -> ShownSection:
    """The author's section where a rewritten one was wanted, with the reason."""
    return replace(
        show_original(section),
        status=SectionStatus.FALLBACK,
        cause=cause,
        reason=REASONS[cause],
        retry_at=retry_at,
        failed_check=failed_check,
    )


def show_rewrite(
    section: Section,
    rewrite: SectionRewrite,
    brief: Brief,
    status: SectionStatus,
) -> ShownSection:
    """The section with a verified rewrite put in, and its notes where they may stand."""
    markdown, notes = join_with_notes(section, rewrite, brief)
    headings = _translate_headings(section, markdown, brief)
    return ShownSection(
        id=section.id,
        title=_shown_title(section, headings),
        status=status,
        markdown=markdown,
        headings=headings,
        notes=notes,
        chapter_title=_find_chapter_title(section, rewrite),
        provider=rewrite.provider or None,
        model=rewrite.model or None,
    )


def still_holds(section: Section, rewrite: SectionRewrite, brief: Brief) -> bool:
    """Whether a stored rewrite passes the verifier as it is now, with the targets as they are."""
    candidate = Candidate(section, dict(rewrite.answers), brief)
    return not find_differences(candidate)


def show_title(chapter: Chapter, sections: tuple[ShownSection, ...]) -> str:
    """The chapter's title as shown: its front matter's, or its level-1 heading's, as rewritten."""
    for source, shown in zip(chapter.sections, sections, strict=True):
        if shown.chapter_title is not None:
            return shown.chapter_title
        for heading, shown_heading in zip(source.headings, shown.headings, strict=True):
            if heading.level == 1 and heading.text == chapter.title:
                return shown_heading.text
    return chapter.title


def _translate_headings(section: Section, markdown: str, brief: Brief) -> tuple[Heading, ...]:
    """The author's levels and ids with the words that are shown."""
    shown = brief.split(markdown, section).headings
    if len(shown) != len(section.headings):
        return section.headings
    return tuple(
        replace(heading, text=new.text)
        for heading, new in zip(section.headings, shown, strict=True)
    )


def _find_chapter_title(section: Section, rewrite: SectionRewrite) -> str | None:
    """The new words for a title that only the front matter holds, which itself never changes."""
    index = find_title_run(section)
    answer = rewrite.answers.get(index) if index is not None else None
    return make_plain_text(answer) if answer else None


def _shown_title(section: Section, headings: tuple[Heading, ...]) -> str:
    for heading, shown in zip(section.headings, headings, strict=True):
        if heading.text == section.title:
            return shown.text
    return section.title
