"""reviews due

Revision ID: 0c8e51b7d2f6
Revises: f27a9d5e1c84
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0c8e51b7d2f6"
down_revision: str | None = "f27a9d5e1c84"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Only adds: nothing that is stored already is due, however unread it is."""
    op.add_column("section_rewrite", sa.Column("review_due_at", sa.DateTime(timezone=True)))
    op.create_index(
        op.f("ix_section_rewrite_review_due_at"),
        "section_rewrite",
        ["review_due_at"],
        postgresql_where=sa.text("review_due_at IS NOT NULL"),
    )
    op.create_index(
        "idx_section_rewrite_reviewed",
        "section_rewrite",
        ["created_at"],
        postgresql_where=sa.text("review IS NOT NULL AND state = 'ready'"),
    )


def downgrade() -> None:
    op.drop_index("idx_section_rewrite_reviewed", table_name="section_rewrite")
    op.drop_index(op.f("ix_section_rewrite_review_due_at"), table_name="section_rewrite")
    op.drop_column("section_rewrite", "review_due_at")
