"""Texts one page of a campaign: a few at a time, because the provider takes one per call and has no lookup."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from shared.campaigns import personal
from shared.campaigns.people import Person
from shared.campaigns.record import FAILED, OPEN, SENT, UNKNOWN, TextWords
from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.gcp import logging
from shared.messages.channels import blackleaf
from shared.messages.sms_text import customer_text
from shared.tenants.tenant import Tenant

log = logging.get_logger(__name__)

AT_ONCE = 8


def hand_over(
    org: Tenant, words: TextWords, people: Mapping[int, Person], opens: Mapping[int, bool]
) -> tuple[dict[int, str], TransientError | None]:
    """Sends the texts; outcomes by place (`""`: try again), and the error that asks for the longest pause."""

    def send(one: tuple[int, Person]) -> str | TransientError:
        place, person = one
        names, values = personal.token_names(words.token), personal.values_of(person.fields.get("name"))
        body = personal.fill(words.body, {names[name]: values[name] for name in names})
        try:
            blackleaf.send(person.to["sms"], customer_text(body, org.name, opens=opens.get(place, False)))
        except OutcomeUnknownError:
            return UNKNOWN
        except TransientError as error:
            return error
        except PermanentError as error:
            log.warning("campaign text rejected", extra={"customerId": person.id, "reason": str(error)})
            return FAILED
        return SENT

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = dict(zip(people, pool.map(send, people.items()), strict=True))
    pauses = [outcome for outcome in ended.values() if isinstance(outcome, TransientError)]
    longest = max(pauses, key=lambda error: error.retry_after_seconds, default=None)
    return {place: outcome if isinstance(outcome, str) else OPEN for place, outcome in ended.items()}, longest
