"""Models: JSON schemas with names, which refer to each other."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def model_name(schema: Mapping[str, Any]) -> str:
    """The name of a model: where a reference leads, or one for a schema that has none.

    Captured: API Gateway calls a schema without a name MODEL and six digits (aws-sdk issue 468).
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    digest = hashlib.sha256(json.dumps(schema, sort_keys=True, default=str).encode()).hexdigest()
    return f"MODEL{digest[:6]}"


def referring(schema: Any, place: str) -> Any:
    """The same schema, whose references lead to models at `place`, like "#/definitions/"."""
    if isinstance(schema, list):
        return [referring(each, place) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        name: place + model_name(schema) if name == "$ref" else referring(each, place)
        for name, each in schema.items()
    }
