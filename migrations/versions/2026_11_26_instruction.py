"""instruction

Revision ID: c3e7a1d84f60
Revises: c4e7a20b95d1
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c3e7a1d84f60"
down_revision: str | None = "c4e7a20b95d1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())
NOW = sa.text("now()")


def upgrade() -> None:
    op.add_column("section_rewrite", sa.Column("repaired_check", sa.String(40), nullable=True))
    _create_audit()
    _create_pins()
    op.create_table(
        "section_hint",
        sa.Column("key", sa.CHAR(length=64), nullable=False),
        sa.Column("hint", sa.String(length=500), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", MOMENT, server_default=NOW, nullable=False),
        _refer_to_account("section_hint", "given_by"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_section_hint")),
    )
    op.create_table(
        "section_lock",
        sa.Column("chapter_id", sa.String(length=255), nullable=False),
        sa.Column("section_id", sa.TEXT(), nullable=False),
        sa.Column("locked_by", sa.Integer(), nullable=True),
        sa.Column("locked_at", MOMENT, server_default=NOW, nullable=False),
        _refer_to_account("section_lock", "locked_by"),
        sa.PrimaryKeyConstraint("chapter_id", "section_id", name=op.f("pk_section_lock")),
    )


def _create_audit() -> None:
    op.create_table(
        "instruction_audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("chapter_id", sa.String(length=255), nullable=True),
        sa.Column("section_id", sa.TEXT(), nullable=True),
        sa.Column("plan_hash", sa.CHAR(length=64), nullable=True),
        sa.Column("details", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        _refer_to_account("instruction_audit", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_audit")),
    )
    newest_first = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("ix_instruction_audit_created", "instruction_audit", newest_first)
    for column in ("chapter_id", "user_id"):
        op.create_index(op.f(f"ix_instruction_audit_{column}"), "instruction_audit", [column])


def _create_pins() -> None:
    op.create_table(
        "section_pin",
        sa.Column("key", sa.CHAR(length=64), nullable=False),
        sa.Column("chapter_id", sa.String(length=255), nullable=False),
        sa.Column("section_id", sa.TEXT(), nullable=False),
        sa.Column("plan_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("transformations", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("profile", JSONB, nullable=False),
        sa.Column("runs", JSONB, nullable=False),
        sa.Column("notes", JSONB, nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("llm_provider", sa.String(length=20), nullable=True),
        sa.Column("llm_model", sa.String(length=100), nullable=True),
        sa.Column("pinned_by", sa.Integer(), nullable=True),
        sa.Column("pinned_at", MOMENT, server_default=NOW, nullable=False),
        _refer_to_account("section_pin", "pinned_by"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_section_pin")),
    )
    op.create_index(op.f("ix_section_pin_chapter_id"), "section_pin", ["chapter_id"])


def _refer_to_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    """What an erased account did stays, and names nobody."""
    return sa.ForeignKeyConstraint(
        [column], ["users.id"], name=op.f(f"fk_{table}_{column}_users"), ondelete="SET NULL"
    )


def downgrade() -> None:
    for table in ("section_lock", "section_hint", "section_pin", "instruction_audit"):
        op.drop_table(table)
    op.drop_column("section_rewrite", "repaired_check")
