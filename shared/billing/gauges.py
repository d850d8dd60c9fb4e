"""The two metrics that are counted on demand: tracked competitors and active zip codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shared.billing.tiers import Metric
from shared.documents.org import COMPETITORS, org_path
from shared.gcp.clients import firestore

GAUGES = (Metric.COMPETITORS, Metric.ZIP_CODES)
LOCATIONS = "locations"
ZIP_FIELD = "zipCode"

_US_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")


def look(org_id: str) -> dict[Metric, int]:
    """Both, as they are now: an aggregation, the org's document and its locations."""
    return {Metric.COMPETITORS: competitors_tracked(org_id), Metric.ZIP_CODES: len(zip_codes_active(org_id))}


def count(org_id: str, metric: Metric) -> int:
    return competitors_tracked(org_id) if metric is Metric.COMPETITORS else len(zip_codes_active(org_id))


def competitors_tracked(org_id: str) -> int:
    """How many competitors the org has."""
    collection: Any = firestore().collection(org_path(org_id, COMPETITORS))
    return int(collection.count().get()[0][0].value)


def zip_codes_active(org_id: str, *, but_location: str | None = None) -> frozenset[str]:
    """The zip codes of the org and of its locations (but one of them), each once."""
    org = firestore().document(org_path(org_id))
    locations = org.collection(LOCATIONS).select([ZIP_FIELD]).stream()
    found = [org.get([ZIP_FIELD]), *(one for one in locations if one.id != but_location)]
    return distinct((one.to_dict() or {}).get(ZIP_FIELD) for one in found)


def distinct(written: Iterable[Any]) -> frozenset[str]:
    """The zip codes that were written down, each once; what is empty or no text or number is none."""
    return frozenset(code for value in written if (code := zip_code(value)))


def zip_code(value: Any) -> str | None:
    """One zip code as it is compared: five digits of a US one, anything else without its spaces and in capitals."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        # A number has lost the zero that New England's codes begin with.
        value = f"{value:05d}"
    if not isinstance(value, str) or not value.strip():
        return None
    compact = "".join(value.split()).upper()
    match = _US_ZIP.fullmatch(compact)
    return match[1] if match else compact
