"""analytics

Revision ID: c4e7a20b95d1
Revises: b81f4c63d7a2
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c4e7a20b95d1"
down_revision: str | None = "b81f4c63d7a2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "log_rollup",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("chapter_id", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("llm_provider", sa.String(length=20), nullable=True),
        sa.Column("llm_model", sa.String(length=100), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("response_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("sections_total", sa.BigInteger(), nullable=False),
        sa.Column("sections_rewritten", sa.BigInteger(), nullable=False),
        sa.Column("sections_fallback", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint(
            "day",
            "chapter_id",
            "source",
            "status",
            "cached",
            "llm_provider",
            "llm_model",
            "language",
            name="unique_log_rollup",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "log_time_rollup",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("response_time_ms", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "cached", "response_time_ms", name=op.f("pk_log_time_rollup")
        ),
    )
    op.create_table(
        "log_label_rollup",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.TEXT(), nullable=False),
        sa.Column("chapter_id", sa.String(length=255), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("occurrences", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "kind", "label", "chapter_id", name=op.f("pk_log_label_rollup")
        ),
    )
    progress = op.create_table(
        "log_rollup_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("through_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_rollup_progress_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_rollup_progress")),
    )
    op.create_index(
        "idx_log_fallback",
        "personalization_log",
        [sa.literal_column("created_at DESC")],
        unique=False,
        postgresql_where=sa.text("cardinality(fallback_reasons) > 0"),
    )
    op.bulk_insert(progress, [{"id": 1, "through_id": 0}])


def downgrade() -> None:
    op.drop_index("idx_log_fallback", table_name="personalization_log")
    op.drop_table("log_rollup_progress")
    op.drop_table("log_label_rollup")
    op.drop_table("log_time_rollup")
    op.drop_table("log_rollup")
