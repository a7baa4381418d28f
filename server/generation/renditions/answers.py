"""From a rendition to the answer's words: provider, notice, the JSON body. Pure."""

from collections.abc import Collection

from pydantic.main import IncEx

from server.book.languages.tags import direction_of
from server.generation.renditions.blocks import SectionBlocks, find_blocks
from server.generation.renditions.domain import Rendition, ShownSection, notice_for, provider_of
from server.generation.renditions.explanation import explain
from server.generation.renditions.schemas import RenditionResponse, SectionResponse


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
            "explanation": explain(rendition),
            "sections": [
                answer_section(section, find_blocks(order.chapter, order.form, index, section))
                for index, section in enumerate(rendition.sections)
            ],
            "rendition": rendition.reference,
            "notice": notice_for(rendition),
            "llm_provider": provider_of(rendition),
            "tokens_used": rendition.usage.input_tokens + rendition.usage.output_tokens,
            "response_time_ms": rendition.response_time_ms,
        }
    )


# What is to be had by reference.
TEXTS = frozenset({"markdown", "notes", "blocks"})
LEFT_OUT: dict[str, IncEx | bool] = {"content": True, "sections": {"__all__": set(TEXTS)}}


def write_answer(rendition: Rendition, without: Collection[str] = ()) -> bytes:
    """The body as it is sent: without its texts where they are to be had by reference."""
    own: dict[str, IncEx | bool] = dict.fromkeys(without, True)
    left_out = {**own, **LEFT_OUT} if rendition.is_by_reference else own
    return answer(rendition).model_dump_json(exclude=left_out).encode()


def answer_section(section: ShownSection, blocks: SectionBlocks) -> SectionResponse:
    """Put one section of a rendition into the answer's words."""
    return SectionResponse(
        id=section.id,
        title=section.title,
        status=section.status,
        reason=section.reason,
        markdown=section.markdown,
        headings=section.headings,
        notes=section.notes,
        writer=section.writer,
        review=section.review,
        blocks=blocks.blocks,
        elements=blocks.elements,
        images=blocks.images,
    )
