"""What the API takes and gives."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from chassis.paging import Id
from subjects.models import CODE_LENGTH, TITLE_LENGTH

Code = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", max_length=CODE_LENGTH),
    AfterValidator(str.upper),
    Field(examples=["MATH-101"]),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH),
    Field(examples=["Linear algebra"]),
]
Credits = Annotated[int, Field(strict=True, ge=1, le=60, examples=[6])]
SubjectId = Annotated[Id, Field(examples=[3])]
StudentId = Annotated[Id, Field(examples=[7])]
Moment = Annotated[datetime, Field(examples=["2026-11-24T08:00:00Z"])]


class NewSubject(BaseModel):
    """A subject to be created."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    title: Title
    credits: Credits


class SubjectChange(BaseModel):
    """What is to change of a subject: at least one field; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    # The defaults are never read: only the fields that were sent are applied.
    code: Code = Field(default_factory=str)
    title: Title = Field(default_factory=str)
    credits: Credits = Field(default_factory=int)

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("at least one field must be given")
        return self


class SubjectOut(BaseModel):
    """A subject."""

    model_config = ConfigDict(from_attributes=True)

    id: SubjectId
    code: Code
    title: Title
    credits: Credits


class EnrolmentOut(BaseModel):
    """A student in a subject, since when."""

    model_config = ConfigDict(from_attributes=True)

    subject_id: SubjectId
    student_id: StudentId
    enrolled_at: Moment


class RosterItem(BaseModel):
    """A student on a roster; the name is null when the students service has no such student."""

    student_id: StudentId
    name: str | None = Field(examples=["Ada Lovelace"])
    enrolled_at: Moment
