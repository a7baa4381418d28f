"""warming

Revision ID: 5a1c7d90e2b4
Revises: 3f9be2c07a58
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5a1c7d90e2b4"
down_revision: str | None = "3f9be2c07a58"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "warm_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("batch_id", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("submitted_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('submitting', 'open', 'closed', 'lost')", name=op.f("ck_warm_batch_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warm_batch")),
    )
    op.create_table(
        "warm_batch_item",
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("key", sa.CHAR(length=64), nullable=False),
        sa.Column("chapter_id", sa.String(length=255), nullable=False),
        sa.Column("profile", JSONB, nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'stored', 'rejected', 'missed', 'dropped')",
            name=op.f("ck_warm_batch_item_state"),
        ),
        sa.ForeignKeyConstraint(
            ["batch"],
            ["warm_batch.id"],
            name=op.f("fk_warm_batch_item_batch_warm_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch", "key", name=op.f("pk_warm_batch_item")),
    )
    op.create_index(op.f("ix_warm_batch_item_key"), "warm_batch_item", ["key"], unique=False)
    _create_jobs()


def _create_jobs() -> None:
    op.create_table(
        "warm_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("wish", JSONB, nullable=False),
        sa.Column("estimate", JSONB, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", JSONB, nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("deadline", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'cancelled')", name=op.f("ck_warm_job_state")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["users.id"],
            name=op.f("fk_warm_job_asked_by_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warm_job")),
    )
    op.create_index(op.f("ix_warm_job_state"), "warm_job", ["state"], unique=False)


def downgrade() -> None:
    for table in ("warm_job", "warm_batch_item", "warm_batch"):
        op.drop_table(table)
