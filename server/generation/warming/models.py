"""Tables of warm-up: batches that a provider works on, and jobs that a worker does."""

from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt, Timestamp


class WarmBatchRow(Base):
    """A batch of first turns, or of readings, at a provider; its row is older than the batch."""

    __tablename__ = "warm_batch"
    __table_args__ = (
        CheckConstraint("state IN ('submitting', 'open', 'closed', 'lost')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # of its reservation, too
    provider: Mapped[str] = mapped_column(String(20), nullable=False)
    model: Mapped[str] = mapped_column(String(255), nullable=False)
    batch_id: Mapped[str | None] = mapped_column(String(255))  # the provider's name for it
    state: Mapped[str] = mapped_column(String(10), nullable=False)
    submitted_at: Mapped[CreatedAt]
    finished_at: Mapped[Timestamp | None]


class WarmBatchItemRow(Base):
    """One section of a batch, with what leads back to its text: the chapter and the recipe."""

    __tablename__ = "warm_batch_item"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'stored', 'rejected', 'missed', 'dropped')", name="state"
        ),
        Index(None, "key"),
    )

    batch: Mapped[UUID] = mapped_column(
        ForeignKey("warm_batch.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    chapter_id: Mapped[str] = mapped_column(String(255), nullable=False)
    # What led back to it before recipes were noted; it goes a release later.
    profile: Mapped[dict[str, str]] = mapped_column(JSONB, nullable=False)
    recipe: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    again: Mapped[bool] = mapped_column(nullable=False)
    request_hash: Mapped[str | None] = mapped_column(CHAR(64))  # where it is only read
    state: Mapped[str] = mapped_column(String(10), nullable=False)
    reason: Mapped[str | None] = mapped_column(String(40))


class WarmJobRow(Base):
    """A warm-up that an instructor asked for; a worker holds it until the deadline."""

    __tablename__ = "warm_job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled')", name="state"),
        Index(None, "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    wish: Mapped[dict[str, object]] = mapped_column(JSONB, nullable=False)
    estimate: Mapped[dict[str, object]] = mapped_column(JSONB, nullable=False)
    state: Mapped[str] = mapped_column(String(10), nullable=False)
    ending: Mapped[str | None] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    failures: Mapped[dict[str, int]] = mapped_column(JSONB, nullable=False)
    owner: Mapped[UUID | None]
    deadline: Mapped[Timestamp | None]
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[Timestamp | None]
