"""Who wants no texts: a customer whose document says so, and a number in `sms_opt_outs/{hash}`.

`{hash}` is the SHA-256 (hex) of the number in E.164. Numbers in it get no customer texts of any org, since all orgs
text from one account; its fields (`optedOutAt`, `source`) are for people. Texts to an org's own staff are not
customer texts.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from shared.errors import PermanentError
from shared.gcp.clients import firestore

COLLECTION = "sms_opt_outs"

_US = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})")


def opt_out_id(phone: str) -> str:
    """The id of the number's document in `sms_opt_outs`."""
    return hashlib.sha256(phone.encode()).hexdigest()


def require_reachable(org_id: str, phone: str) -> None:
    """Pass when a customer text may go to the number (E.164): one read and one query.

    Raises:
        PermanentError: its owner wants no texts.
    """
    if firestore().collection(COLLECTION).document(opt_out_id(phone)).get().exists:
        raise PermanentError(f"…{phone[-4:]} gets no texts: the number has opted out of all of them")
    customer_id = _opted_out_customer(org_id, phone)
    if customer_id is not None:
        raise PermanentError(
            f"…{phone[-4:]} gets no texts: tenants/{org_id}/customers/{customer_id} has opted out (smsOptOut)"
        )


def written_forms(phone: str) -> list[str | int]:
    """How shops write down the number (E.164) in a customer's document; at most 30, as one query takes."""
    forms: list[str | int] = [phone, phone.removeprefix("+"), int(phone.removeprefix("+"))]
    match = _US.fullmatch(phone)
    if match is not None:
        area, exchange, line = match.groups()
        national = [
            f"{area}{exchange}{line}",
            f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}",
            f"{area} {exchange} {line}",
            f"({area}) {exchange}-{line}",
            f"({area}){exchange}-{line}",
            f"({area}) {exchange} {line}",
        ]
        forms += [*national, int(national[0])]
        forms += [f"{code}{form}" for code in ("+1 ", "1-", "1 ") for form in national[1:5]]
        forms += [f"+1-{national[1]}", f"+1.{national[2]}", f"1.{national[2]}", f"+1{national[4]}"]
    return forms


def _opted_out_customer(org_id: str, phone: str) -> str | None:
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(f"tenants/{org_id}/customers")
        .where(filter=FieldFilter("phone", "in", written_forms(phone)))
    )
    found = query.select(["smsOptOut"]).stream()
    return next((one.id for one in found if _says_yes((one.to_dict() or {}).get("smsOptOut"))), None)


def _says_yes(value: Any) -> bool:
    """Whatever is no clear "no" counts: a text too few is the smaller mistake."""
    if isinstance(value, str):
        return value.strip().lower() not in {"", "false", "no", "n", "off", "0"}
    return bool(value)
