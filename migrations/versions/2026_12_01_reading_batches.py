"""reading batches

Revision ID: 5d2f8a61c0b7
Revises: 0c8e51b7d2f6
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5d2f8a61c0b7"
down_revision: str | None = "0c8e51b7d2f6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Only adds: what is in a batch already is written there, and read by ordinary calls."""
    op.add_column("warm_batch_item", sa.Column("request_hash", sa.CHAR(length=64)))


def downgrade() -> None:
    op.drop_column("warm_batch_item", "request_hash")
