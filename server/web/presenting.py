"""What a chapter page shows: sections as HTML, the way through the book, the events of a click."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import anyio.to_thread
from markupsafe import Markup

from server.book.chapters.domain import Chapter, ChapterSummary, Heading
from server.book.languages.tags import direction_of
from server.generation.renditions.answers import notice_for, provider_of
from server.generation.renditions.domain import (
    Event,
    Order,
    Planned,
    Rendition,
    SectionReady,
    SectionStatus,
    ShownSection,
)
from server.generation.renditions.stream import explain_failure
from server.web.markdown.references import surroundings_of
from server.web.markdown.renderer import render_markdown

SHAPED = frozenset({SectionStatus.REWRITTEN, SectionStatus.CACHED})


@dataclass(frozen=True)
class PresentedSection:
    id: str
    html: Markup
    headings: tuple[Heading, ...]


@dataclass(frozen=True)
class PresentedChapter:
    """A chapter as its author wrote it, ready for the page."""

    id: str
    title: str
    language: str
    direction: str
    sections: tuple[PresentedSection, ...]
    previous: ChapterSummary | None
    following: ChapterSummary | None
    minutes: int  # to read it, at 200 words a minute

    @property
    def lacks_title(self) -> bool:
        """Some books have their titles in the front matter only."""
        headings = [heading for section in self.sections for heading in section.headings]
        return all(heading.level != 1 for heading in headings)

    @property
    def contents(self) -> list[Heading]:
        """The headings of the page's own table of contents."""
        headings = [heading for section in self.sections for heading in section.headings]
        return [heading for heading in headings if heading.level in {2, 3}]


def present_chapter(chapter: Chapter, chapters: Sequence[ChapterSummary]) -> PresentedChapter:
    ids = [each.chapter_id for each in chapters]
    place = ids.index(chapter.id) if chapter.id in ids else -1
    return PresentedChapter(
        id=chapter.id,
        title=chapter.title,
        language=chapter.language,
        direction=direction_of(chapter.language),
        sections=tuple(
            PresentedSection(
                id=section.id,
                html=_render(chapter, section.source, section.headings, f"a{order}"),
                headings=section.headings,
            )
            for order, section in enumerate(chapter.sections)
        ),
        previous=chapters[place - 1] if place > 0 else None,
        following=chapters[place + 1] if 0 <= place < len(chapters) - 1 else None,
        minutes=max(1, round(len(chapter.content.split()) / 200)),
    )


def _render(chapter: Chapter, markdown: str, headings: tuple[Heading, ...], name: str) -> Markup:
    html = render_markdown(markdown, surroundings_of(chapter), headings, name)
    return Markup(html)  # noqa: S704  # the renderer's output has passed the sanitiser


async def present_events(
    events: AsyncGenerator[Event], order: Order
) -> AsyncIterator[tuple[str, dict[str, object]]]:
    """The events of a click as the page's script reads them: name and data."""
    try:
        async with aclosing(events):
            async for event in events:
                yield await _present_event(event, order)
    except Exception as error:  # noqa: BLE001  # a stream cannot change its 200
        yield "error", {"detail": explain_failure(error).detail}


async def _present_event(event: Event, order: Order) -> tuple[str, dict[str, object]]:
    if isinstance(event, Planned):
        return "plan", _present_plan(event)
    if isinstance(event, SectionReady):
        return "section", await _present_section(order, event.index, event.section)
    return "done", _present_end(event)


def _present_plan(planned: Planned) -> dict[str, object]:
    plan = planned.order.plan
    return {
        "sections": list(planned.section_ids),
        "transformations": [
            {"title": step.transformation.title, "reason": step.reason} for step in plan.steps
        ],
    }


async def _present_section(order: Order, index: int, section: ShownSection) -> dict[str, object]:
    is_shaped = section.status in SHAPED and section.provider != "offline"
    language = order.plan.language if is_shaped else order.own_language(index)
    html = await anyio.to_thread.run_sync(
        _render, order.chapter, section.markdown, section.headings, f"p{index}"
    )
    return {
        "id": section.id,
        "status": section.status,
        "reason": section.reason,
        "notes": len(section.notes),
        "provider": section.provider,
        "reworded": is_shaped and order.plan.rewrites_runs,
        "html": html,
        "language": language,
        "direction": direction_of(language),
        "headings": [{"id": heading.id, "text": heading.text} for heading in section.headings],
    }


def _present_end(rendition: Rendition) -> dict[str, object]:
    return {
        "title": rendition.title,
        "language": rendition.language,
        "direction": direction_of(rendition.language),
        "notice": notice_for(rendition),
        "provider": provider_of(rendition),
        "cached": rendition.cached,
        "seconds": rendition.response_time_ms / 1000,
    }
