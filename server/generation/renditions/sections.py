"""The sections of an order that nobody has yet, and what the store shows of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from server.book.chapters.domain import Chapter, Heading, Section
from server.book.chapters.headings import make_plain_text
from server.book.chapters.titles import find_title_run
from server.generation.corrections.domain import SectionName
from server.generation.editions.domain import READINGS, SEEN_ANEW, Order, Part, Refresh
from server.generation.renditions.domain import Prepared, SectionStatus, ShownSection
from server.generation.review.domain import MOST_ANSWERS, Draft, Verdict, read_review
from server.generation.review.service import holds_together
from server.generation.rewriting.domain import Brief, Rewritten, SectionRewrite
from server.generation.rewriting.notes.markdown import join_with_notes
from server.generation.rewriting.store.domain import (
    Claim,
    FallbackCause,
    Requirement,
    StoredRewrite,
    StoredState,
)
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences


@dataclass(frozen=True)
class Job:
    """One section of an order that is not settled yet, and what the store held of it."""

    order: Order
    part: Part
    stored: StoredRewrite | None

    @property
    def index(self) -> int:
        return self.part.index

    @property
    def section(self) -> Section:
        return self.part.section

    @property
    def key(self) -> str:
        return self.part.key

    @property
    def name(self) -> SectionName:
        return self.part.name

    @property
    def again(self) -> bool:
        """Ask anew even where a back-off stands, or a text: this one no longer holds."""
        if self.order.refresh is Refresh.RESUMED and _is_under_way(self.stored):
            return False
        return self.order.refresh is Refresh.EVERYTHING or self._was_ready or self.is_unread

    @property
    def awaits_new(self) -> bool:
        """Whether the text that is there will not do while somebody is at work on another."""
        return self.again or self.order.refresh is Refresh.RESUMED

    @property
    def replaces(self) -> bool:
        """Whether what comes takes the place of a text, or of a fallback, that is shown somewhere.

        A text that waits for its reader may stand in chapters that were stored before it had to.
        """
        if self.stored is None:
            return False
        was_rejected = self.stored.failures > 0  # its next draft waits in the same row
        return self.is_unread or was_rejected or self.stored.state is not StoredState.PENDING

    @property
    def is_unread(self) -> bool:
        """Whether there is a text that a second reader has to see before it is shown."""
        return self.stored is not None and self.stored.lacks is Requirement.READ

    @property
    def _was_ready(self) -> bool:
        return self.stored is not None and self.stored.state is StoredState.READY

    def show(self, rewrite: SectionRewrite, status: SectionStatus) -> ShownSection:
        return show_rewrite(self.section, rewrite, self.order.brief, status)

    def show_kept(self) -> ShownSection | None:
        """The good text that a failed refresh leaves in place."""
        if self.stored is None or not self._was_ready:
            return None
        return show_stored(self.order.brief, self.section, self.stored)

    def show_awaited(self, stored: StoredRewrite) -> ShownSection | None:
        """What someone else has come to; a text that is new came while we waited."""
        shown = show_stored(self.order.brief, self.section, stored)
        known = self.stored.rewrite if self.stored is not None else None
        if shown is None or shown.status is SectionStatus.FALLBACK or stored.rewrite == known:
            return shown
        return replace(shown, status=SectionStatus.REWRITTEN)

    def show_generated(self, outcome: Rewritten) -> ShownSection:
        """A text that was stored just now."""
        shown = self.show(outcome.rewrite, SectionStatus.REWRITTEN)
        if self._is_to_wait(outcome.rewrite):
            return replace(
                show_fallback(self.section, FallbackCause.UNACCEPTED), replaced=self.replaces
            )
        return replace(shown, replaced=self.replaces, review=find_verdict(outcome.review))

    def _is_to_wait(self, rewrite: SectionRewrite) -> bool:
        """Whether somebody has to accept it first, and nobody has accepted the same words."""
        if Requirement.ACCEPTED not in self.order.edition.requires:
            return False
        stored = self.stored
        return stored is None or not (stored.is_accepted and stored.has_words_of(rewrite))

    def recall_draft(self, stored: StoredRewrite | None) -> Draft | None:
        """The verified text that somebody left behind unread, if it is one still."""
        if stored is None or stored.draft is None or self.order.refresh in SEEN_ANEW:
            return None
        if not holds_yet(self.section, stored.draft, self.order.brief, stored.review):
            return None
        # How often its writer was asked is not known: once more at most.
        earlier = read_review(stored.review) if stored.review else None
        return Draft(self.section, stored.draft, answers=MOST_ANSWERS - 1, earlier=earlier)

    def show_unanswered(self, cause: FallbackCause) -> ShownSection:
        return self.show_kept() or show_fallback(self.section, cause)


def list_jobs(prepared: Prepared) -> list[list[Job]]:
    """What is still to be settled, in reading order; sections with the same text together."""
    order = prepared.order
    jobs: dict[str, list[Job]] = {}
    for part in order.parts:
        if part.index not in prepared.known:
            stored = prepared.stored.get(part.key)
            jobs.setdefault(part.key, []).append(Job(order, part, stored))
    return list(jobs.values())


def show_known(order: Order, stored: Mapping[str, StoredRewrite]) -> dict[int, ShownSection]:
    """The sections that nobody needs to be asked about, by their place."""
    shown = {
        part.index: show_known_section(order, part, stored.get(part.key)) for part in order.parts
    }
    return {index: section for index, section in shown.items() if section is not None}


def show_known_section(
    order: Order, part: Part, stored: StoredRewrite | None
) -> ShownSection | None:
    """The section if nobody needs to be asked about it now."""
    brief, section = order.brief, part.section
    if not part.rewritable:
        return show_original(section)
    if order.refresh in READINGS and not _is_readable(order, section, stored):
        return show_original(section)  # a reading writes nothing
    if stored is None:
        return None
    if order.refresh is Refresh.EVERYTHING:
        return show_pinned(brief, section, stored)
    if order.refresh is Refresh.RESUMED and _is_under_way(stored):
        return show_pinned(brief, section, stored)
    return show_stored(brief, section, stored)


def _is_readable(order: Order, section: Section, stored: StoredRewrite | None) -> bool:
    """Whether there is still a text that learners could be shown."""
    if stored is None or stored.draft is None:
        return False
    return holds_yet(section, stored.draft, order.brief, stored.review)


def _is_under_way(stored: StoredRewrite | None) -> bool:
    """Whether somebody has begun to ask for it, and has not come to an end."""
    return stored is not None and stored.claim is not Claim.FREE


def show_pinned(brief: Brief, section: Section, stored: StoredRewrite) -> ShownSection | None:
    """The text that an instructor chose, for as long as the verifier has nothing against it."""
    if stored.pinned is None or not still_holds(section, stored.pinned, brief):
        return None
    shown = show_rewrite(section, stored.pinned, brief, SectionStatus.CACHED)
    return replace(shown, rewrite=None, is_pinned=True)  # as it is, with all its notes


def show_stored(brief: Brief, section: Section, stored: StoredRewrite) -> ShownSection | None:
    """Show a section from what is stored of its rewrite, or None where it has to be asked for."""
    pinned = show_pinned(brief, section, stored)
    if pinned is not None:
        return pinned
    if stored.state is StoredState.REJECTED and not stored.is_due:
        return show_fallback(
            section,
            FallbackCause.REJECTED,
            retry_at=stored.retry_at,
            failed_check=stored.failed_check,
        )
    is_waiting = stored.lacks is Requirement.ACCEPTED
    text = stored.draft if is_waiting else stored.rewrite
    if text is None or not holds_yet(section, text, brief, stored.review):
        return None
    if is_waiting:
        return show_fallback(section, FallbackCause.UNACCEPTED)
    shown = show_rewrite(section, text, brief, SectionStatus.CACHED)
    return replace(shown, review=find_verdict(stored.review))


def holds_yet(
    section: Section, rewrite: SectionRewrite, brief: Brief, review: Mapping[str, object] | None
) -> bool:
    """Whether a stored rewrite still passes; where its review put runs back, at any length."""
    is_mixed = find_verdict(review) is Verdict.PARTLY_ORIGINAL
    return (holds_together if is_mixed else still_holds)(section, rewrite, brief)


def find_verdict(review: Mapping[str, object] | None) -> Verdict:
    """Return the review that a shown section is told with, from what is stored."""
    return Verdict.NONE if review is None else read_review(review).verdict


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
    FallbackCause.UNACCEPTED: (
        "No instructor has accepted the rewritten text yet, so this is the author's own."
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
        is_reworded=_rewords(section, rewrite),
        rewrite=rewrite,
    )


def _rewords(section: Section, rewrite: SectionRewrite) -> bool:
    return any(section.runs[i].masked != answer for i, answer in rewrite.answers.items())


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
