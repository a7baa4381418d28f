"""The wire of what needs eyes."""

from pydantic import BaseModel, ConfigDict

from server.staff.instruction.acts.schemas import PLAN
from server.staff.instruction.domain import Item


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
    items: list[Item]

    @classmethod
    def of(cls, items: list[Item], *, limit: int, offset: int) -> "QueueResponse":
        return cls(total=len(items), items=items[offset : offset + limit])
