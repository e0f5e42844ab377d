"""What the API takes and gives."""

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
    model_validator,
)

from chassis.paging import Id
from students.models import EMAIL_LENGTH, NAME_LENGTH

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH),
    Field(examples=["Ada Lovelace"]),
]
Email = Annotated[
    EmailStr,
    AfterValidator(str.lower),
    Field(max_length=EMAIL_LENGTH, examples=["ada@example.org"]),
]


class NewStudent(BaseModel):
    """A student to be created."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    email: Email


class StudentChange(BaseModel):
    """What is to change of a student: at least one field; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    # The defaults are never read: only the fields that were sent are applied.
    name: Name = Field(default_factory=str)
    email: Email = Field(default_factory=str)

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("at least one field must be given")
        return self


class StudentOut(BaseModel):
    """A student."""

    model_config = ConfigDict(from_attributes=True)

    id: Id = Field(examples=[7])
    name: Name
    email: str = Field(examples=["ada@example.org"])


class SubjectOut(BaseModel):
    """A subject that a student is enrolled in, as the subjects service tells it."""

    id: Id = Field(examples=[3])
    code: str = Field(examples=["MATH-101"])
    title: str = Field(examples=["Linear algebra"])
    credits: int = Field(examples=[6])
