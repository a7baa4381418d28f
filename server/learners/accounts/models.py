"""Tables of accounts: users, refresh tokens, invitations, failed sign-ins."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt, Timestamp


class UserRow(Base):
    """An account. The e-mail address is stored in lower case, so that it compares so.

    One of the identity provider has issuer and subject. Its `email` is made from their hash, under
    a domain that RFC 2606 keeps from ever existing and that no sign-in takes: nobody can own it,
    so it collides with no one's. That way the column stays as others' SQL knows it, UNIQUE and NOT
    NULL. It is never shown. Its `hashed_password` is a mark that is no hash of any password.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="identity"),
        CheckConstraint("role IN ('learner', 'instructor', 'admin')", name="role"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    email: Mapped[str] = mapped_column(String(255), nullable=False)
    hashed_password: Mapped[str] = mapped_column(String(255), nullable=False)
    onboarding: Mapped[dict[str, str]] = mapped_column(
        JSONB, nullable=False, server_default=text("'{}'::jsonb")
    )
    role: Mapped[str] = mapped_column(String(20), nullable=False, server_default="learner")
    is_active: Mapped[bool] = mapped_column(nullable=False, server_default=text("true"))
    issuer: Mapped[str | None] = mapped_column(String)
    subject: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), nullable=False
    )


class RefreshTokenRow(Base):
    """One refresh token, hashed. All that descend from one sign-in share a family.

    `generation` counts the rotations behind it: only the newest two can still be of use.
    """

    __tablename__ = "refresh_token"
    __table_args__ = (Index(None, "family"), Index(None, "user_id"), Index(None, "expires_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    family: Mapped[str] = mapped_column(String(32), nullable=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    generation: Mapped[int] = mapped_column(Integer, nullable=False, server_default="0")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Timestamp] = mapped_column(nullable=False)
    rotated_at: Mapped[Timestamp | None]


class InvitationRow(Base):
    """An invitation, hashed; good once."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(255), nullable=False)
    role: Mapped[str] = mapped_column(String(20), nullable=False, server_default="learner")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Timestamp] = mapped_column(nullable=False)
    used_at: Mapped[Timestamp | None]


class AttemptRow(Base):
    """Attempts of late: sign-ins that failed, by account or address, and registrations."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "last_at"),)

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(nullable=False)
    first_at: Mapped[CreatedAt]
    last_at: Mapped[CreatedAt]
