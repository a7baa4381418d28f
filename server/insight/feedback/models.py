"""The table of feedback."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt
from server.insight.feedback.domain import MAX_COMMENT_LENGTH, MAX_NAME_LENGTH


class FeedbackRow(Base):
    """One learner's word on one section, or on a chapter as a whole.

    It goes with its learner: a comment is personal, and may say who wrote it.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("user_id", "chapter_id", "section_id"),
        Index(None, "chapter_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    chapter_id: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), nullable=False)
    # Empty for the chapter as a whole, since NULLs would not be unique; no section's id is empty.
    section_id: Mapped[str] = mapped_column(
        String(MAX_NAME_LENGTH), nullable=False, server_default=text("''")
    )
    section_key: Mapped[str | None] = mapped_column(CHAR(64))
    plan_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    helpful: Mapped[bool] = mapped_column(nullable=False)
    comment: Mapped[str | None] = mapped_column(String(MAX_COMMENT_LENGTH))
    fault: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]  # or changed
