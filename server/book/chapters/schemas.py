"""The wire: the book's contents, and one chapter as its author wrote it."""

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from server.book.chapters.domain import Chapter, ChapterSummary

EXAMPLE_SUMMARY: JsonDict = {
    "chapter_id": "chapter-02",
    "title": "ROS 2: the nervous system",
    "position": 2.0,
    "permalink": None,
    "description": "Nodes, topics and services.",
}


class ChapterListResponse(BaseModel):
    """The book's contents, in reading order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"chapters": [EXAMPLE_SUMMARY]}]})

    chapters: list[ChapterSummary]


class ChapterHeadingResponse(BaseModel):
    level: int
    id: str
    text: str


class ChapterSectionResponse(BaseModel):
    id: str
    title: str
    locked: bool
    markdown: str
    headings: list[ChapterHeadingResponse]


class ChapterResponse(BaseModel):
    """`content` is the whole file; the sections' markdown joined is the same text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "chapter_id": "chapter-02",
                    "title": "ROS 2",
                    "content": "---\ntitle: ROS 2\n---\n\n# ROS 2\n…",
                    "source_hash": "0c5f…",
                    "sections": [],
                }
            ]
        }
    )

    chapter_id: str
    title: str
    content: str
    source_hash: str
    sections: list[ChapterSectionResponse]

    @classmethod
    def of(cls, chapter: Chapter) -> "ChapterResponse":
        return cls(
            chapter_id=chapter.id,
            title=chapter.title,
            content=chapter.content,
            source_hash=chapter.source_hash,
            sections=[
                ChapterSectionResponse(
                    id=section.id,
                    title=section.title,
                    locked=section.locked,
                    markdown=section.source,
                    headings=[
                        ChapterHeadingResponse(level=each.level, id=each.id, text=each.text)
                        for each in section.headings
                    ],
                )
                for section in chapter.sections
            ],
        )
