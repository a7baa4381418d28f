"""budget

Revision ID: 3f9be2c07a58
Revises: 7c1d0a5be934
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3f9be2c07a58"
down_revision: str | None = "7c1d0a5be934"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOLLARS = sa.Numeric(precision=14, scale=6)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "spending_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("settled_usd", DOLLARS, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_spending_day")),
    )
    op.create_table(
        "spending",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", DOLLARS, nullable=False),
        sa.PrimaryKeyConstraint("day", "provider", "model", name=op.f("pk_spending")),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("amount_usd", DOLLARS, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    op.create_index(op.f("ix_reservation_day"), "reservation", ["day"], unique=False)
    op.create_table(
        "model_stop",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stopped_by", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("stopped_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_model_stop_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_stop")),
    )
    _create_permits()


def _create_permits() -> None:
    op.create_table(
        "generation_permit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_generation_permit_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_permit")),
    )
    op.create_index(
        op.f("ix_generation_permit_taken_at"), "generation_permit", ["taken_at"], unique=False
    )
    op.create_index(
        op.f("ix_generation_permit_user_id_taken_at"),
        "generation_permit",
        ["user_id", "taken_at"],
        unique=False,
    )


def downgrade() -> None:
    for table in ("generation_permit", "model_stop", "reservation", "spending", "spending_day"):
        op.drop_table(table)
