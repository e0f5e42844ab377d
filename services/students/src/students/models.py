"""The table of students."""

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.db import NAMING_CONVENTION, BigId

NAME_LENGTH = 200
EMAIL_LENGTH = 254  # the longest path that RFC 5321 lets through


class Base(DeclarativeBase):
    """The tables of this service, and of no other."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Student(Base):
    """One student; the e-mail address is stored in lower case, so that it is unique in any."""

    __tablename__ = "student"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
