"""`customer_contact`: how one customer may be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, ValidationError, model_validator

from shared.documents.customers import Customer
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp.clients import firestore
from shared.playbooks.problems import problem_lines
from shared.retail.customers import email_of, phone_of
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import DocumentId
from shared.values.email_address import email_address_or_none


class CustomerContactParams(Params):
    """By `customerId`, else by `email`, an address that the org already has in its list of customers."""

    customer_id: DocumentId | None = None
    email: str | None = Field(default=None, max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_none(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given


class CustomerContactOutput(Output):
    """`email` and `phone` are empty if there is none that works or that the customer may be reached by."""

    found: bool
    customer_id: str | None = None
    name: str = ""
    first_name: str = ""
    """The first word of the name; `there` if there is none, so that a greeting reads well."""
    email: str = ""
    phone: str = ""
    reason: str = ""
    """Why they cannot be mailed; empty where they can."""
    loyalty_tier: str | None = None
    loyalty_points: float = 0
    order_count: int = 0


class CustomerContact(Action[CustomerContactParams, CustomerContactOutput]):
    """Looks up one of the org's customers and how they may be reached; an opted-out address is left out."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"customerId": "customer-01"}

    def run(self, params: CustomerContactParams, context: StepContext) -> CustomerContactOutput:
        """Look them up; a missing or malformed document is a valid answer."""
        if params.customer_id is None and params.email is None:
            return CustomerContactOutput(found=False, first_name="there", reason="nobody is named")
        found = context.effects.read(lambda: _read(params, context.org.id))
        if found is None:
            return CustomerContactOutput(found=False, first_name="there", reason="there is no such customer")
        try:
            customer, _ = Customer.read(found)
        except ValidationError as error:
            reason = f"the document cannot be read: {'; '.join(problem_lines(error))}"
            return CustomerContactOutput(found=True, customer_id=found["id"], first_name="there", reason=reason)
        return _contact(customer)


def _contact(customer: Customer) -> CustomerContactOutput:
    name = " ".join((customer.name or "").split())
    address = _usable_address(customer)
    return CustomerContactOutput(
        found=True,
        customer_id=customer.id,
        name=name,
        first_name=name.partition(" ")[0] or "there",
        email=address,
        phone=phone_of(customer) or "",
        reason="" if address else _reason(customer),
        loyalty_tier=customer.loyalty_tier,
        loyalty_points=customer.loyalty_points,
        order_count=customer.order_count,
    )


def _read(params: CustomerContactParams, org_id: str) -> dict[str, Any] | None:
    from google.cloud.firestore_v1.base_query import FieldFilter

    if params.customer_id is not None:
        document = firestore().document(org_path(org_id, CUSTOMERS, params.customer_id)).get()
        return {**(document.to_dict() or {}), "id": document.id} if document.exists else None
    found = (
        firestore()
        .collection(org_path(org_id, CUSTOMERS))
        .where(filter=FieldFilter("email", "==", (params.email or "").strip()))
        .limit(1)
        .stream()
    )
    return next(({**(one.to_dict() or {}), "id": one.id} for one in found), None)


def _usable_address(customer: Customer) -> str:
    """As the document spells it: so a mail to it is known to be to this customer."""
    address = email_of(customer) or ""
    return address if email_address_or_none(address) else ""


def _reason(customer: Customer) -> str:
    if customer.email_opt_out:
        return "the customer has opted out of mail"
    return "the customer's address is none" if (customer.email or "").strip() else "the customer has no address"
