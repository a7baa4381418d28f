"""pin names

Revision ID: d5b1c6a92e74
Revises: c3e7a1d84f60
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "d5b1c6a92e74"
down_revision: str | None = "c3e7a1d84f60"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Only adds: the version before goes on writing its own columns."""
    op.add_column("section_pin", sa.Column("name", sa.CHAR(length=64), nullable=True))
    op.create_index(op.f("ix_section_pin_name"), "section_pin", ["name"])
    recipe = sa.Column("recipe", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    op.add_column("warm_batch_item", recipe)


def downgrade() -> None:
    """Nothing is lost: what the version before reads is still written."""
    op.drop_column("warm_batch_item", "recipe")
    op.drop_index(op.f("ix_section_pin_name"), table_name="section_pin")
    op.drop_column("section_pin", "name")
