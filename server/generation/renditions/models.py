"""Tables of the heart: renditions, section rewrites, revisions, the request log."""

from sqlalchemy import (
    TEXT,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import NO_TEXTS, Base, CreatedAt, Timestamp


class PersonalizationCacheRow(Base):
    """A whole rendition. Its owner caused it; everybody with an equal plan is served from it."""

    __tablename__ = "personalization_cache"
    __table_args__ = (
        UniqueConstraint("user_id", "chapter_id", "profile_hash", name="unique_cache_entry"),
        Index("idx_cache_user", "user_id"),
        Index("idx_cache_chapter", "chapter_id"),
        Index("idx_cache_profile_hash", "profile_hash"),
        Index("idx_cache_created", text("created_at DESC")),
        Index("idx_cache_rendition", "chapter_id", "source_hash", "plan_hash"),
        Index("idx_cache_rendition_hash", "rendition_hash"),
        Index("idx_cache_form_hashes", "form_hashes", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    chapter_id: Mapped[str] = mapped_column(String(255), nullable=False)
    profile_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    personalized_content: Mapped[str] = mapped_column(TEXT, nullable=False)
    applied_transformations: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), nullable=False, server_default=NO_TEXTS
    )
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(Integer, nullable=False, server_default="1")
    source_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    plan_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    sections: Mapped[dict[str, object]] = mapped_column(JSONB, nullable=False)
    rendition_hash: Mapped[str | None] = mapped_column(String(64))  # older rows do not say
    # Of the forms in which it was asked for by reference.
    form_hashes: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), nullable=False, server_default=NO_TEXTS
    )
    retry_at: Mapped[Timestamp | None]
    last_used_at: Mapped[CreatedAt]
