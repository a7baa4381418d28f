"""The wire: the book's contents, and one chapter as its author wrote it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.book.chapters.domain import ChapterSummary
from server.core.http.examples import Examples

EXAMPLES = Examples(__file__)


class ChapterListResponse(BaseModel):
    """The book's contents, in reading order."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("ChapterListResponse"))

    chapters: list[ChapterSummary]


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ChapterHeadingResponse(_Read):
    """A heading of a chapter, on the wire."""

    level: int
    id: str
    text: str


class ChapterSectionResponse(_Read):
    """A section of a chapter as its author wrote it, on the wire."""

    id: str
    title: str
    locked: bool
    markdown: Annotated[str, Field(validation_alias="source")]
    headings: list[ChapterHeadingResponse]


class ChapterResponse(_Read):
    """`content` is the whole file; the sections' markdown joined is the same text."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("ChapterResponse"))

    chapter_id: Annotated[str, Field(validation_alias="id")]
    title: str
    content: str
    source_hash: str
    sections: list[ChapterSectionResponse]
