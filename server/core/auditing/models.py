"""The table of the audit log."""

from sqlalchemy import CHAR, TEXT, BigInteger, ForeignKey, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt


class InstructionAuditRow(Base):
    """One act of an instructor or an admin, written with what it did; it outlives the account."""

    __tablename__ = "instruction_audit"
    __table_args__ = (
        Index("ix_instruction_audit_created", text("created_at DESC"), text("id DESC")),
        Index(None, "chapter_id"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    act: Mapped[str] = mapped_column(String(20), nullable=False)
    chapter_id: Mapped[str | None] = mapped_column(String(255))
    section_id: Mapped[str | None] = mapped_column(TEXT)
    plan_hash: Mapped[str | None] = mapped_column(CHAR(64))
    details: Mapped[dict[str, object]] = mapped_column(
        JSONB, nullable=False, server_default=text("'{}'::jsonb")
    )
    created_at: Mapped[CreatedAt]
