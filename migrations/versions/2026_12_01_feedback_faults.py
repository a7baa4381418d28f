"""feedback faults

Revision ID: c40e7d92f1b6
Revises: 8b1c4e70a9d3
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c40e7d92f1b6"
down_revision: str | None = "8b1c4e70a9d3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Only adds: nobody was asked before."""
    op.add_column("feedback", sa.Column("fault", sa.String(length=20)))


def downgrade() -> None:
    op.drop_column("feedback", "fault")
