"""The org's competitors and our own prices in Firestore."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shared.competitors.models import Competitor, Product
from shared.documents.org import COMPETITORS, INVENTORY, org_path
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.messages.template.addresses import product_picture
from shared.redaction import shape_of
from shared.values.money import parse_price
from shared.values.size_grammar import size_in
from shared.values.text import MAX_NAME_LENGTH, clean_text

MAX_COMPETITORS = 100
MAX_INVENTORY = 5_000
"""Read one by one."""
_OUR_FIELDS = ("name", "category", "price", "size", "weight", "imageUrl")
_LONGEST_SIZE = 40


def load_competitors(org_id: str) -> list[Competitor]:
    """The org's competitors by id.

    Raises:
        PermanentError: there are more than a scan can read.
    """
    # Loads Firestore's library, which a function's start can do without.
    from shared.gcp import plain_firestore

    query = firestore().collection(org_path(org_id, COMPETITORS)).select(["name", "menuUrl", "priority"])
    documents = plain_firestore.found(query.limit(MAX_COMPETITORS + 1))
    if len(documents) > MAX_COMPETITORS:
        raise PermanentError(
            f"there are more than {MAX_COMPETITORS} competitors; name some in competitorIds",
            code=ErrorCode.TOO_LARGE,
        )
    return [competitor_of(key, document.fields) for key, document in documents.items()]


def most_important(competitors: Sequence[Competitor], count: int) -> list[Competitor]:
    """The first `count` by priority, those without one last, then by name."""
    ranked = sorted(
        competitors,
        key=lambda one: (one.priority is None, one.priority or 0.0, one.name.casefold(), one.id),
    )
    return ranked[:count]


def find_competitors(org_id: str, competitor_ids: Sequence[str]) -> list[Competitor]:
    """The existing ones of these competitors, in one round trip."""
    db = firestore()
    references = [db.document(org_path(org_id, COMPETITORS, one)) for one in competitor_ids if "/" not in one]
    found = {document.id: document for document in db.get_all(references) if document.exists}
    return [competitor_of(one, found[one].to_dict() or {}) for one in competitor_ids if one in found]


def load_our_products(org_id: str) -> list[Product]:
    """Our own products with a price.

    Raises:
        PermanentError: the inventory is larger than a comparison can read.
    """
    query = firestore().collection(org_path(org_id, INVENTORY)).select(_OUR_FIELDS)
    documents = list(query.limit(MAX_INVENTORY + 1).stream())
    if len(documents) > MAX_INVENTORY:
        raise PermanentError(
            f"the inventory has more than {MAX_INVENTORY:,} items; prices are compared up to that",
            code=ErrorCode.TOO_LARGE,
        )
    products = (our_product(document.to_dict() or {}) for document in documents)
    return [product for product in products if product]


def competitor_of(competitor_id: str, fields: Mapping[str, Any]) -> Competitor:
    """The competitor that a document says; one without a name is called by its id."""
    url = fields.get("menuUrl")
    return Competitor(
        id=competitor_id,
        name=clean_text(fields.get("name")) or competitor_id,
        menu_url=url.strip() if isinstance(url, str) and url.strip() else None,
        found_address="missing" if url is None else shape_of(url),
        priority=_priority(fields.get("priority")),
    )


def our_product(fields: Mapping[str, Any]) -> Product | None:
    """What a document of the inventory says that we sell; None without a name or a price."""
    name, price = clean_text(fields.get("name"), MAX_NAME_LENGTH), parse_price(fields.get("price"))
    if not name or price is None:
        return None
    return Product(
        name=name,
        category=clean_text(fields.get("category")) or None,
        price=price,
        size=size_text(fields.get("size"), fields.get("weight")),
        image_url=product_picture(image) if isinstance(image := fields.get("imageUrl"), str) else None,
    )


def size_text(*fields: Any) -> str | None:
    """The first of an item's fields that says a size: tills call it size or weight."""
    texts = (clean_text(one, _LONGEST_SIZE) for one in fields)
    return next((text for text in texts if size_in(text)), None)


def _priority(given: Any) -> float | None:
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return float(given)
    return None
