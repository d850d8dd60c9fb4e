"""Who wants no texts: a customer whose document says so, and a number in `sms_opt_outs/{hash}`.

`{hash}` is the SHA-256 (hex) of the number in E.164. Numbers in it get no customer texts of any org, since all orgs
text from one account; its fields (`optedOutAt`, `source`) are for people. Texts to an org's own staff are not
customer texts.
"""

from __future__ import annotations

import hashlib
from typing import Any

from shared.compliance.customer_lookup import customers_by_phone
from shared.errors import PermanentError
from shared.gcp.clients import firestore

COLLECTION = "sms_opt_outs"


def opt_out_id(phone: str) -> str:
    """The id of the number's document in `sms_opt_outs`."""
    return hashlib.sha256(phone.encode()).hexdigest()


def require_reachable(org_id: str, phone: str) -> None:
    """Pass when a customer text may go to the number (E.164): one read and three queries.

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


def _opted_out_customer(org_id: str, phone: str) -> str | None:
    found = customers_by_phone(org_id, phone)
    return next((one.id for one in found if _says_yes(one.fields.get("smsOptOut"))), None)


def _says_yes(value: Any) -> bool:
    """Whatever is no clear "no" counts: a text too few is the smaller mistake."""
    if isinstance(value, str):
        return value.strip().lower() not in {"", "false", "no", "n", "off", "0"}
    return bool(value)
