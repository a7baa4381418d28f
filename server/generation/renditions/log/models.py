"""The table of the request log."""

from decimal import Decimal

from sqlalchemy import (
    TEXT,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import NO_TEXTS, Base, CreatedAt


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
    rendition_hash: Mapped[str | None] = mapped_column(String(64))  # older rows do not say
    fallback_reasons: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), nullable=False, server_default=NO_TEXTS
    )
