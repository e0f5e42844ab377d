"""What Alembic runs: the migrations in `versions`, on the tables of this service."""

from chassis.migrate import run_migrations
from subjects.models import Base

run_migrations(Base.metadata)
