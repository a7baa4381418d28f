"""fallback reasons

Revision ID: 7c1d0a5be934
Revises: 61bdc4cf882b
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "7c1d0a5be934"
down_revision: str | None = "61bdc4cf882b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("section_rewrite", sa.Column("failed_check", sa.String(length=40)))
    op.add_column(
        "personalization_log",
        sa.Column(
            "fallback_reasons",
            postgresql.ARRAY(sa.TEXT()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("personalization_log", "fallback_reasons")
    op.drop_column("section_rewrite", "failed_check")
