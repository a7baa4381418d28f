"""Tables of what instructors correct: pinned texts, hints on rejected ones, locked sections."""

from sqlalchemy import CHAR, TEXT, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt
from server.generation.corrections.domain import LONGEST_HINT


class SectionPinRow(Base):
    """A text that wins over whatever a model writes, for as long as the section has this name.

    The section's id and the recipe lead back to it when its name is no longer the section's.
    """

    __tablename__ = "section_pin"
    __table_args__ = (Index(None, "chapter_id"), Index(None, "name"))

    name: Mapped[str | None] = mapped_column(CHAR(64))
    # What it was known by before it had a name; it goes with the profile, a release later.
    key: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    chapter_id: Mapped[str] = mapped_column(String(255), nullable=False)
    section_id: Mapped[str] = mapped_column(TEXT, nullable=False)
    plan_hash: Mapped[str] = mapped_column(CHAR(64), nullable=False)
    transformations: Mapped[list[str]] = mapped_column(ARRAY(TEXT), nullable=False)
    language: Mapped[str] = mapped_column(String(35), nullable=False)
    profile: Mapped[dict[str, str]] = mapped_column(JSONB, nullable=False)
    runs: Mapped[list[str | None]] = mapped_column(JSONB, nullable=False)
    notes: Mapped[list[dict[str, object]]] = mapped_column(JSONB, nullable=False)
    edited: Mapped[bool] = mapped_column(nullable=False)
    llm_provider: Mapped[str | None] = mapped_column(String(20))
    llm_model: Mapped[str | None] = mapped_column(String(100))
    pinned_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    pinned_at: Mapped[CreatedAt]


class SectionHintRow(Base):
    """What an instructor said about a rejected text; every later request for the key holds it."""

    __tablename__ = "section_hint"

    key: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    hint: Mapped[str] = mapped_column(String(LONGEST_HINT), nullable=False)
    given_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    given_at: Mapped[CreatedAt]


class SectionLockRow(Base):
    """A section that everybody reads as its author wrote it, though its file does not say so."""

    __tablename__ = "section_lock"

    chapter_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    section_id: Mapped[str] = mapped_column(TEXT, primary_key=True)
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    locked_at: Mapped[CreatedAt]
