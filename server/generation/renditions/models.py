"""Tables of the heart: renditions, section rewrites, revisions, the request log."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CHAR,
    TEXT,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt, Timestamp

NO_TEXTS = text("'{}'::text[]")


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
    retry_at: Mapped[Timestamp | None]
    last_used_at: Mapped[CreatedAt]


class SectionRewriteRow(Base):
    """One section under one plan, named by its content: the store that makes work happen once."""

    __tablename__ = "section_rewrite"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'ready', 'rejected')", name="state"),
        Index(None, "chapter_id"),
    )

    key: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), nullable=False)
    owner: Mapped[UUID | None]
    deadline: Mapped[Timestamp | None]
    runs: Mapped[list[str | None] | None] = mapped_column(JSONB)
    notes: Mapped[list[dict[str, object]] | None] = mapped_column(JSONB)
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
    created_at: Mapped[CreatedAt]


class ChapterRevisionRow(Base):
    """A number that goes up whenever stored text of the chapter is to be seen anew."""

    __tablename__ = "chapter_revision"

    chapter_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, nullable=False)


class PersonalizationLogRow(Base):
    """One row for each answered personalisation; it outlives the account as NULL."""

    __tablename__ = "personalization_log"
    __table_args__ = (
        Index("idx_log_user", "user_id"),
        Index("idx_log_chapter", "chapter_id"),
        Index("idx_log_created", text("created_at DESC")),
        Index(
            "idx_log_fallback",
            text("created_at DESC"),
            postgresql_where=text("cardinality(fallback_reasons) > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    chapter_id: Mapped[str] = mapped_column(String(255), nullable=False)
    transformation_type: Mapped[str | None] = mapped_column(String(100))
    response_time_ms: Mapped[int] = mapped_column(Integer, nullable=False)
    cached: Mapped[bool] = mapped_column(nullable=False)
    llm_provider: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[CreatedAt]
    transformations: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), nullable=False, server_default=NO_TEXTS
    )
    request_id: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20), nullable=False, server_default="ok")
    source: Mapped[str] = mapped_column(String(20), nullable=False)
    llm_model: Mapped[str | None] = mapped_column(String(100))
    input_tokens: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    output_tokens: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    sections_total: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    sections_rewritten: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    sections_fallback: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    language: Mapped[str | None] = mapped_column(String(35))
    fallback_reasons: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), nullable=False, server_default=NO_TEXTS
    )
