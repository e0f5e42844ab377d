"""The tables of subjects and of who is enrolled in them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# Compared byte for byte on MySQL too, as SQLite has it; the service stores codes in upper case.
_COLLATE = "utf8mb4_0900_bin"


def upgrade() -> None:
    op.create_table(
        "subject",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("credits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subject"),
        sa.UniqueConstraint("code", name="uq_subject_code"),
        # A number is never given again, as on MySQL: a client may still mean it.
        sqlite_autoincrement=True,
        mysql_charset="utf8mb4",
        mysql_collate=_COLLATE,
    )
    op.create_table(
        "enrolment",
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("student_id", sa.BigInteger, nullable=False),
        sa.Column("enrolled_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "student_id", name="pk_enrolment"),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name="fk_enrolment_subject_id_subject"
        ),
        mysql_charset="utf8mb4",
        mysql_collate=_COLLATE,
    )
    op.create_index("ix_enrolment_student_id", "enrolment", ["student_id"])


def downgrade() -> None:
    op.drop_table("enrolment")
    op.drop_table("subject")
