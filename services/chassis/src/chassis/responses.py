"""The answer to a request that went well."""

from fastapi import Response
from pydantic import BaseModel


class ModelResponse(Response):
    """A model as JSON. A route that returns the model itself has it validated a second time.

    FastAPI does that in a worker thread once more, which costs as much as the query
    (docs/performance.md).
    """

    media_type = "application/json"

    def render(self, content: BaseModel) -> bytes:
        return content.model_dump_json().encode()
