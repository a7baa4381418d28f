"""identities

Revision ID: b81f4c63d7a2
Revises: 5a1c7d90e2b4
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b81f4c63d7a2"
down_revision: str | None = "5a1c7d90e2b4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("users", sa.Column("issuer", sa.String(), nullable=True))
    op.add_column("users", sa.Column("subject", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_users_issuer_subject"), "users", ["issuer", "subject"])
    op.create_check_constraint(
        op.f("ck_users_identity"), "users", "(issuer IS NULL) = (subject IS NULL)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_users_identity"), "users", type_="check")
    op.drop_constraint(op.f("uq_users_issuer_subject"), "users", type_="unique")
    op.drop_column("users", "subject")
    op.drop_column("users", "issuer")
