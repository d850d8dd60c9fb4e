"""The base of all models that are camelCase in documents, requests or responses."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class CamelModel(BaseModel):
    """Fields are snake_case here and camelCase outside; both names are read, and unknown fields are passed over.

    What else a model asks of pydantic stands in its class line: `class Hours(CamelModel, frozen=True)`.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, defer_build=True)
