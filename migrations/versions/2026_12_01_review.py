"""review

Revision ID: e81f4b07c3d9
Revises: d5b1c6a92e74
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e81f4b07c3d9"
down_revision: str | None = "d5b1c6a92e74"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    review = sa.Column("review", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    op.add_column("section_rewrite", review)


def downgrade() -> None:
    op.drop_column("section_rewrite", "review")
