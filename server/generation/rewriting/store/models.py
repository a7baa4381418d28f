"""The table of section rewrites."""

from uuid import UUID

from sqlalchemy import (
    CHAR,
    TEXT,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt, Timestamp


class SectionRewriteRow(Base):
    """One section under one plan, named by its content: the store that makes work happen once."""

    __tablename__ = "section_rewrite"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'ready', 'rejected')", name="state"),
        Index(None, "chapter_id"),
        Index(None, "review_due_at", postgresql_where=text("review_due_at IS NOT NULL")),
        Index(
            "idx_section_rewrite_reviewed",
            "created_at",
            postgresql_where=text("review IS NOT NULL AND state = 'ready'"),
        ),
    )

    key: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), nullable=False)
    owner: Mapped[UUID | None]
    deadline: Mapped[Timestamp | None]
    runs: Mapped[list[str | None] | None] = mapped_column(JSONB)
    notes: Mapped[list[dict[str, object]] | None] = mapped_column(JSONB)
    # What a second reader said; of a pending row, what it said before the writer's repair.
    review: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    # When a text that is shown unread, for nobody could read it, is to be read.
    review_due_at: Mapped[Timestamp | None]
    reason: Mapped[str | None] = mapped_column(TEXT)
    failed_check: Mapped[str | None] = mapped_column(String(40))
    repaired_check: Mapped[str | None] = mapped_column(String(40))  # why it took a second reply
    llm_provider: Mapped[str | None] = mapped_column(String(20))
    llm_model: Mapped[str | None] = mapped_column(String(100))
    input_tokens: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    output_tokens: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    failures: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    retry_at: Mapped[Timestamp | None]
    chapter_id: Mapped[str] = mapped_column(String(255), nullable=False)
    # By an instructor, as the text stands; another text is yet to be accepted.
    accepted_at: Mapped[Timestamp | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
