"""trust

Revision ID: f27a9d5e1c84
Revises: e81f4b07c3d9
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f27a9d5e1c84"
down_revision: str | None = "e81f4b07c3d9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Only adds: of what is stored already nothing is accepted, and no hash is known."""
    op.add_column("section_rewrite", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    op.add_column("section_rewrite", sa.Column("accepted_by", sa.Integer()))
    op.create_foreign_key(
        op.f("fk_section_rewrite_accepted_by_users"),
        "section_rewrite",
        "users",
        ["accepted_by"],
        ["id"],
        ondelete="SET NULL",
    )
    op.add_column("personalization_cache", sa.Column("rendition_hash", sa.String(length=64)))
    op.create_index("idx_cache_rendition_hash", "personalization_cache", ["rendition_hash"])
    op.add_column("personalization_log", sa.Column("rendition_hash", sa.String(length=64)))


def downgrade() -> None:
    op.drop_column("personalization_log", "rendition_hash")
    op.drop_index("idx_cache_rendition_hash", table_name="personalization_cache")
    op.drop_column("personalization_cache", "rendition_hash")
    op.drop_constraint(
        op.f("fk_section_rewrite_accepted_by_users"), "section_rewrite", type_="foreignkey"
    )
    op.drop_column("section_rewrite", "accepted_by")
    op.drop_column("section_rewrite", "accepted_at")
