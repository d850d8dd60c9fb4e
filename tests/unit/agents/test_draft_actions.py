"""`draft_email`, `draft_sms` and `draft_campaign`: what a model's draft may be, and what it must end with."""

from __future__ import annotations

import pytest

from tests.unit.agents.calls import REPLIES, run
from tests.unit.agents.standin import ClaudeStandIn


class TestDrafts:
    def test_a_models_draft_is_checked_and_ends_as_it_must(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"subject": "Free\nweed", "text": "It cures pain."})
        output = run("draft_email", purpose="x")
        assert output["subject"] == "Free weed"
        assert {one["rule"] for one in output["issues"]} == {"health_claim", "free_product"}
        assert "to unsubscribe, use the link below" in output["text"]

    def test_a_long_sms_of_the_model_is_one_segment(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"body": "Thrive – “Blue Dream” 🌿 " * 20})
        body = run("draft_sms", purpose="x")["body"]
        assert len(body) <= 160
        assert body.endswith("21+. Reply STOP to opt out.")
        assert body.isascii()

    def test_an_empty_draft_is_computed(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"body": " "})
        output = run("draft_sms", purpose="Blue Dream is back")
        assert output["body"].startswith("Thrive: Blue Dream is back.")
        assert output["note"] == "computed: the model left body empty"

    def test_segment_channels_and_offer_are_the_authors(self, claude: ClaudeStandIn) -> None:
        claude.reply(**REPLIES["draft_campaign"])
        output = run("draft_campaign", purpose="x", channels=["sms"], segment="vip", offer="10 % off")
        assert (output["channels"], output["segment"], output["offer"]) == (["sms"], "vip", "10 % off")
        assert (output["subject"], output["emailText"]) == (None, None)
        assert output["smsText"] == "Thrive: flower. 21+. Reply STOP to opt out."

    @pytest.mark.parametrize("name", ["draft_email", "draft_sms", "draft_campaign"])
    def test_a_computed_draft_of_fair_facts_breaks_no_rule(self, name: str) -> None:
        assert run(name)["issues"] == []
