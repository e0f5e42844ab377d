"""Ids, and lists read page by page: a cursor is the id after which the next page begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Path, Query
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError, WithJsonSchema
from sqlalchemy import Integer, Select, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from chassis.statements import Connection

LARGEST_PAGE = 100

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
PathId = Annotated[Id, Path(examples=[7])]
IdFilter = Annotated[list[Id] | None, Query(max_length=LARGEST_PAGE)]
Item = TypeVar("Item", bound=BaseModel)


class Page(BaseModel, Generic[Item]):
    """Some items, and where the next ones begin; no cursor means that these are the last."""

    items: list[Item]
    next_cursor: str | None


@dataclass(frozen=True)
class PageRequest:
    """Which page is wanted: at most `limit` items whose id is greater than `after`."""

    limit: int = 50
    after: int = 0


def encode_cursor(last_id: int) -> str:
    """Make the cursor of the page after `last_id`; only this module knows what it means."""
    return urlsafe_b64encode(str(last_id).encode()).decode().rstrip("=")


def decode_cursor(cursor: object) -> object:
    """Read a cursor; anything that no page has handed out is a ValueError."""
    try:
        last_id = TypeAdapter(Id).validate_python(urlsafe_b64decode(f"{cursor}=="))
    except (ValueError, ValidationError):
        raise ValueError("not a cursor that this service has handed out") from None
    return last_id


class Pages(Generic[Item]):
    """The pages of a query, in the order of a key; a constant of its module, as statements are."""

    def __init__(
        self, query: Select[Any], key: InstrumentedAttribute[int], item: type[Item]
    ) -> None:
        self._query = (
            query.where(key > bindparam("after"))
            .order_by(key)
            .limit(bindparam("size", type_=Integer))
        )
        self._key = key.key
        self._page = Page[item]  # type: ignore[valid-type]  # the class is known at run time only

    def read(self, connection: Connection, wanted: PageRequest, **values: Any) -> Page[Item]:
        """Read the `wanted` page; `values` are those of the query's own bind parameters."""
        size = wanted.limit + 1  # the one more says whether there is another page
        rows = connection.rows(self._query, {**values, "after": wanted.after, "size": size})
        items = rows[: wanted.limit]
        cursor = None if len(rows) < size else encode_cursor(items[-1][self._key])
        return self._page.model_validate({"items": items, "next_cursor": cursor})


Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
_Cursor = Annotated[int, BeforeValidator(decode_cursor), WithJsonSchema({"type": "string"})]


async def _page_request(
    limit: Limit = 50, cursor: Annotated[_Cursor | None, Query()] = None
) -> PageRequest:
    return PageRequest(limit, cursor or 0)


PageDep = Annotated[PageRequest, Depends(_page_request)]
