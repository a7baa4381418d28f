"""From a rendition to the answer's words: provider, notice, the JSON body. Pure."""

from collections import Counter
from collections.abc import Iterable

from server.book.languages.tags import direction_of
from server.generation.renditions.blocks import Block, MarkdownBlock, SectionBlocks, find_blocks
from server.generation.renditions.domain import FallbackCause, Rendition, ShownSection
from server.generation.renditions.schemas import (
    HeadingResponse,
    MarkdownBlockResponse,
    NativeBlockResponse,
    NoteResponse,
    RenditionResponse,
    SectionResponse,
)

OFFLINE_NOTICE = (
    "No language model is set up on this site: the text is the author's own, and the notes come "
    "from the site's fact sheets."
)
OUTAGE_NOTICE = (
    "The language model cannot be reached right now, so {count} of {total} sections are shown as "
    "the author wrote them. Try again in a few minutes."
)
BUDGET_NOTICE = (
    "This site's budget for rewriting is used up for now, so {count} of {total} sections are shown "
    "as the author wrote them. Try again tomorrow."
)
STOPPED_NOTICE = (
    "Rewriting is switched off on this site for now, so {count} of {total} sections are shown as "
    "the author wrote them."
)
REJECTED_NOTICE = (
    "{count} of {total} sections are shown as the author wrote them, because the rewritten text "
    "did not pass our checks."
)

# The first cause that is met gives the notice.
NOTICES = {
    FallbackCause.OUTAGE: OUTAGE_NOTICE,
    FallbackCause.STOPPED: STOPPED_NOTICE,
    FallbackCause.BUDGET: BUDGET_NOTICE,
    FallbackCause.REJECTED: REJECTED_NOTICE,
}


def answer(rendition: Rendition) -> RenditionResponse:
    """The body of `POST /personalize`."""
    order = rendition.order
    return RenditionResponse.model_validate(
        {
            "chapter_id": order.chapter.id,
            "title": rendition.title,
            "content": rendition.content,
            "language": rendition.language,
            "direction": direction_of(rendition.language),
            "cached": rendition.cached,
            "source": rendition.source,
            "profile_hash": order.profile_hash,
            "source_hash": order.chapter.source_hash,
            "plan_hash": rendition.plan_hash,
            "applied_transformations": list(order.plan.ids),
            "personalization_factors": list(order.plan.reasons),
            "sections": [
                answer_section(section, find_blocks(order, index, section))
                for index, section in enumerate(rendition.sections)
            ],
            "notice": notice_for(rendition),
            "llm_provider": provider_of(rendition),
            "tokens_used": rendition.usage.input_tokens + rendition.usage.output_tokens,
            "response_time_ms": rendition.response_time_ms,
        }
    )


def answer_section(section: ShownSection, blocks: SectionBlocks) -> SectionResponse:
    return SectionResponse(
        id=section.id,
        title=section.title,
        status=section.status,
        reason=section.reason,
        markdown=section.markdown,
        headings=[
            HeadingResponse(level=heading.level, id=heading.id, text=heading.text)
            for heading in section.headings
        ],
        notes=[NoteResponse(kind=note.kind, markdown=note.markdown) for note in section.notes],
        blocks=None if blocks.blocks is None else list(map(_answer_block, blocks.blocks)),
        elements=blocks.elements,
        images=None if blocks.images is None else list(blocks.images),
    )


def _answer_block(block: Block) -> MarkdownBlockResponse | NativeBlockResponse:
    if isinstance(block, MarkdownBlock):
        return MarkdownBlockResponse(markdown=block.markdown)
    return NativeBlockResponse(
        native=block.native, kind=block.kind, text_hash=block.text_hash, element=block.element
    )


def notice_for(rendition: Rendition) -> str | None:
    """What a person should know about this answer, or nothing."""
    if rendition.offline and rendition.order.plan.steps:
        return OFFLINE_NOTICE
    causes = Counter(section.cause for section in rendition.sections)
    met = (cause for cause in NOTICES if causes[cause])
    cause = next(met, None)
    if cause is None:
        return None
    return NOTICES[cause].format(count=causes[cause], total=len(rendition.sections))


def provider_of(rendition: Rendition) -> str | None:
    """Whose text is shown; `offline` where no key is set, even if it added nothing."""
    if rendition.offline:
        return "offline"
    return _most_frequent(section.provider for section in rendition.sections)


def model_of(rendition: Rendition) -> str | None:
    return _most_frequent(section.model for section in rendition.sections)


def _most_frequent(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else None
