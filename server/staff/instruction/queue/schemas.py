"""The wire of what needs eyes."""

from pydantic import BaseModel, ConfigDict

from server.staff.instruction.acts.schemas import PLAN
from server.staff.instruction.domain import Concern, Item


class ItemResponse(BaseModel):
    """Something that needs eyes; without a section it is about the chapter as a whole."""

    concern: Concern
    chapter_id: str
    section: str | None
    title: str
    plan_hash: str | None
    learners: int
    details: dict[str, object]


class QueueResponse(BaseModel):
    """What needs eyes; what most learners meet comes first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 1,
                    "items": [
                        {
                            "concern": "reported",
                            "chapter_id": "chapter-02",
                            "section": "setup",
                            "title": "Setup",
                            "plan_hash": PLAN,
                            "learners": 31,
                            "details": {"not_helpful": 2, "comments": ["Which tools?"]},
                        }
                    ],
                }
            ]
        }
    )

    total: int
    items: list[ItemResponse]

    @classmethod
    def of(cls, items: list[Item], *, limit: int, offset: int) -> "QueueResponse":
        return cls(
            total=len(items),
            items=[
                ItemResponse(
                    concern=item.concern,
                    chapter_id=item.chapter_id,
                    section=item.section,
                    title=item.title,
                    plan_hash=item.plan_hash,
                    learners=item.learners,
                    details=dict(item.details),
                )
                for item in items[offset : offset + limit]
            ],
        )
