"""The tables of subjects and of who is enrolled in them."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.db import NAMING_CONVENTION, BigId

CODE_LENGTH = 20
TITLE_LENGTH = 200


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; databases here know no time zones, so it is stored and read as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables of this service, and of no other."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Subject(Base):
    """One subject; its code is stored in upper case, so that it is unique in any."""

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    credits: Mapped[int]


class Enrolment(Base):
    """A student of the other service in a subject of this one; no key reaches across schemas."""

    __tablename__ = "enrolment"

    subject_id: Mapped[int] = mapped_column(BigId, ForeignKey("subject.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, index=True)
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
