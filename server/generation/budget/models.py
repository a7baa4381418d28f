"""Tables of money and limits: days, spending, reservations, permits, the switch."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base, CreatedAt, Timestamp

Dollars = Numeric(14, 6)


class SpendingDayRow(Base):
    """What a day (UTC) has cost so far; who wants to reserve locks it."""

    __tablename__ = "spending_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    settled_usd: Mapped[Decimal] = mapped_column(Dollars, nullable=False, server_default="0")


class SpendingRow(Base):
    """A day's spending by provider and model, with the tokens that it bought."""

    __tablename__ = "spending"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    model: Mapped[str] = mapped_column(String(255), primary_key=True)
    calls: Mapped[int] = mapped_column(Integer, nullable=False)
    input_tokens: Mapped[int] = mapped_column(BigInteger, nullable=False)
    output_tokens: Mapped[int] = mapped_column(BigInteger, nullable=False)
    cost_usd: Mapped[Decimal] = mapped_column(Dollars, nullable=False)


class ReservationRow(Base):
    """The most that a call may cost, from before it is made until its bill is known.

    One that has expired stays: its process died, so its money counts as spent.
    """

    __tablename__ = "reservation"
    __table_args__ = (Index(None, "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    provider: Mapped[str] = mapped_column(String(20), nullable=False)
    model: Mapped[str] = mapped_column(String(255), nullable=False)
    amount_usd: Mapped[Decimal] = mapped_column(Dollars, nullable=False)
    expires_at: Mapped[Timestamp] = mapped_column(nullable=False)


class ModelStopRow(Base):
    """While its one row is there, no model is called."""

    __tablename__ = "model_stop"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    stopped_by: Mapped[str] = mapped_column(String(255), nullable=False)
    reason: Mapped[str] = mapped_column(String(1000), nullable=False)
    stopped_at: Mapped[CreatedAt]


class PermitRow(Base):
    """A generation that a learner was allowed; only the last minute's count."""

    __tablename__ = "generation_permit"
    __table_args__ = (Index(None, "user_id", "taken_at"), Index(None, "taken_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    taken_at: Mapped[Timestamp] = mapped_column(nullable=False)
