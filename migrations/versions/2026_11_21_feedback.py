"""feedback

Revision ID: 61bdc4cf882b
Revises: f2b3962fa552
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "61bdc4cf882b"
down_revision: str | None = "f2b3962fa552"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("chapter_id", sa.String(length=255), nullable=False),
        sa.Column(
            "section_id", sa.String(length=255), server_default=sa.text("''"), nullable=False
        ),
        sa.Column("section_key", sa.CHAR(length=64), nullable=True),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_feedback_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "user_id",
            "chapter_id",
            "section_id",
            name=op.f("uq_feedback_user_id_chapter_id_section_id"),
        ),
    )
    op.create_index(op.f("ix_feedback_chapter_id"), "feedback", ["chapter_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_feedback_chapter_id"), table_name="feedback")
    op.drop_table("feedback")
