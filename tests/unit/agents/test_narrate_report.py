from __future__ import annotations

import pytest

from shared.agents.answers import ModelAnswerError
from shared.agents.claude import ModelUnavailableError
from shared.agents.narrate_report import ReportFacts, narrate
from shared.steps.competitive.generate_competitor_report import report_opening
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.steps.fakes import step_context

FACTS = ReportFacts(
    org_name="Thrive",
    summary="1 product is undercut; the largest gap is 15 %.",
    competitors=[{"name": "Higher Level", "productCount": 40}, {"name": "Salt City", "error": "503"}],
    undercut=[{"product": "Blue Dream 3.5g", "competitor": "Higher Level", "ourPrice": 40, "theirPrice": 34}],
)


def test_a_narration_of_the_given_figures_is_accepted(claude: ClaudeStandIn) -> None:
    claude.reply(text="Higher Level sells Blue Dream 3.5g for $34, 15 % below our $40. Two shops were read.")
    assert "15 %" in narrate(FACTS).text


def test_a_figure_that_was_not_given_is_refused_and_paid_for(claude: ClaudeStandIn) -> None:
    claude.reply(text="Higher Level is 22 % below us.")
    with pytest.raises(ModelAnswerError, match="numbers that were not given: 22") as caught:
        narrate(FACTS)
    assert caught.value.usage.cost().usd > 0


def test_a_narration_costs_less_than_a_tenth_of_a_cent(claude: ClaudeStandIn) -> None:
    claude.reply(text="Blue Dream. " * 60)
    assert narrate(FACTS).usage.cost().usd < 0.001


def test_an_outage_is_retried_once(claude: ClaudeStandIn) -> None:
    claude.fail(529)
    claude.reply(text="All quiet.")
    assert narrate(FACTS).text == "All quiet."


def test_without_a_key_it_says_so() -> None:
    with pytest.raises(ModelUnavailableError):
        narrate(FACTS)


def test_an_opening_has_no_link_and_is_charged_to_the_step(claude: ClaudeStandIn) -> None:
    claude.reply(text="Blue Dream is $34 at https://evil.example now.")
    context = step_context()
    opening = report_opening(context, FACTS)
    assert (opening.text, opening.source) == ("Blue Dream is $34 at [link removed] now.", "model")
    assert [cost.item for cost in context.costs] == ["model:claude-haiku-5-5"]


@pytest.mark.parametrize("status", [401, 529])
def test_a_report_goes_out_without_an_opening_when_claude_fails(status: int, claude: ClaudeStandIn) -> None:
    claude.fail(status, times=3)
    opening = report_opening(step_context(), FACTS)
    assert (opening.text, opening.source) == ("", "computed")
    assert str(status) in (opening.note or "")


def test_an_opening_with_an_invented_figure_is_dropped_and_still_paid(claude: ClaudeStandIn) -> None:
    claude.reply(text="They are 22 % below us.")
    context = step_context()
    assert report_opening(context, FACTS).text == ""
    assert len(context.costs) == 1


def test_without_a_key_there_is_no_opening_and_no_cost() -> None:
    context = step_context()
    assert report_opening(context, FACTS).text == ""
    assert context.costs == []
