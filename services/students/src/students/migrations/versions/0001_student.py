"""The table of students."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # Compared byte for byte on MySQL too: "é" is not "e", as SQLite has it; the service itself
    # stores addresses in lower case.
    op.create_table(
        "student",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_student"),
        sa.UniqueConstraint("email", name="uq_student_email"),
        # A number is never given again, as on MySQL: an enrolment elsewhere may still mean it.
        sqlite_autoincrement=True,
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )


def downgrade() -> None:
    op.drop_table("student")
