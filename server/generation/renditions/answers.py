"""From a rendition to the answer's words: provider, notice, the JSON body. Pure."""

from server.book.languages.tags import direction_of
from server.generation.renditions.blocks import Block, MarkdownBlock, SectionBlocks, find_blocks
from server.generation.renditions.domain import Rendition, ShownSection, notice_for, provider_of
from server.generation.renditions.schemas import (
    HeadingResponse,
    MarkdownBlockResponse,
    NativeBlockResponse,
    NoteResponse,
    RenditionResponse,
    SectionResponse,
)


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
            "profile_hash": order.asker.profile_hash,
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
