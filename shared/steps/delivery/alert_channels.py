"""`alert_channels`: picks the channels an alert can and should use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.gcp import read_lately
from shared.messages.alert_types import AlertType
from shared.notices import preferences
from shared.notices.preferences import Channel, Preferences
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.tenants.tenant import Tenant, load_tenant


class AlertChannelsParams(Params):
    """`offered`: the channels that the author means. `type`: whose preferences decide; without it nobody's do."""

    offered: list[Channel] = Field(min_length=1)
    type: AlertType | None = None


class AlertChannelsOutput(Output):
    """`channels`: those of the offered ones but `sms`; `sms`: whether texts are among them."""

    channels: tuple[Channel, ...]
    sms: bool
    refused: dict[Channel, str]
    """Why each of the other offered channels isn't used."""


class AlertChannels(Action[AlertChannelsParams, AlertChannelsOutput]):
    """Says which of the offered channels an alert may use: not those the org switched off or has nobody for.

    A text is on by being offered, unless the org has switched it off by name: a playbook that is there to alert by
    SMS does so without a setting.
    """

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"offered": ["email", "dashboard", "sms"], "type": "competitor_alert"}

    def run(self, params: AlertChannelsParams, context: StepContext) -> AlertChannelsOutput:
        """Look them up.

        Raises:
            PermanentError: the org's document, or its preferences, are malformed.
        """
        tenant = context.effects.read(lambda: load_tenant(context.org.id))
        chosen: Mapping[str, bool] = {}
        if (kind := params.type) is not None:
            chosen = context.effects.read(lambda: _chosen(context.org.id, kind))
        refused = {channel: reason for channel in params.offered if (reason := _refusal(channel, tenant, chosen))}
        usable = [channel for channel in dict.fromkeys(params.offered) if channel not in refused]
        return AlertChannelsOutput(
            channels=tuple(channel for channel in usable if channel is not Channel.SMS),
            sms=Channel.SMS in usable,
            refused=refused,
        )


def _chosen(org_id: str, kind: AlertType) -> Mapping[str, bool]:
    """The org's explicit settings for the alert type, without defaults."""
    fields = read_lately.fields(f"{preferences.COLLECTION}/{org_id}") or {}
    choice = Preferences.in_force(fields)[0].choices[kind]
    named = fields.get(kind)
    if not isinstance(named, Mapping):
        return {}
    return {channel: getattr(choice, channel) for channel in Channel if channel in named}


def _refusal(channel: Channel, tenant: Tenant, chosen: Mapping[str, bool]) -> str | None:
    if not chosen.get(channel, True):
        return "switched off in the org's settings"
    if channel is Channel.SMS and not tenant.staff_phones:
        return "the org has no staff phones"
    if channel is Channel.EMAIL and not tenant.owner_email:
        return "the org has no owner's address"
    return None
