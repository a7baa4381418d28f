"""form hashes

Revision ID: 8b1c4e70a9d3
Revises: 5d2f8a61c0b7
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8b1c4e70a9d3"
down_revision: str | None = "5d2f8a61c0b7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Only adds: a rendition that is stored already is named anew when it is asked for."""
    op.add_column(
        "personalization_cache",
        sa.Column("form_hashes", sa.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
    )
    op.create_index(
        "idx_cache_form_hashes", "personalization_cache", ["form_hashes"], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("idx_cache_form_hashes", table_name="personalization_cache")
    op.drop_column("personalization_cache", "form_hashes")
