"""A conversation over several messages: what it writes, runs and remembers, with real documents."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.principal import Principal
from shared.chat.talk import conversation, state
from shared.chat.talk.authoring import Author
from shared.chat.talk.state import Playbook
from shared.chat.talk.store import Store
from shared.chat.understood import Reply
from shared.errors import ConflictError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.start import KeyReusedError
from shared.triggers.playbook_reading import list_playbooks
from tests.harness.operations import counted

ORG = "org_chat"
ZONE = "America/New_York"
USER = Principal(kind="user", org_id=ORG, uid="user-1", email="me@shop.example", role="editor")
OTHER = Principal(kind="user", org_id=ORG, uid="user-2", email="you@shop.example", role="editor")
AGENT = Principal(kind="agent", org_id=ORG, agent="money_mike", scopes=frozenset({"chat"}))
PRICES = (
    "watch our top 3 competitors' prices every morning and email me if they undercut us by more than 10%, "
    "put it on the dashboard too"
)
SALES = "email me the sales summary every monday at 8am"

pytestmark = pytest.mark.usefixtures("quiet_queues")


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch, on_emulators: Stack) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    client = clients.firestore()
    client.document(f"tenants/{ORG}").set(
        {"name": "Shop", "tierId": "pro", "timezone": ZONE, "ownerEmail": "owner@shop.example"}
        | {"staffPhones": ["+13155550123"]}
    )
    for slug, name in {"salt-city": "Salt City Greens", "higher": "Higher Level"}.items():
        menu = {"name": name, "menuUrl": f"https://{slug}.example/menu"}
        client.document(f"tenants/{ORG}/competitors/{slug}").set(menu)


def say(message: str, who: Principal = USER, key: str | None = None, agent: str | None = None) -> Reply:
    return conversation.converse(Author(ORG, who, Clock(), key, message if key else None), message, agent)


def test_a_message_reads_each_thing_that_it_is_answered_from_once() -> None:
    say(SALES)
    with counted() as operations:
        say("what do I have?")
    own = [one for one in operations.reads if one.startswith((f"tenants/{ORG}/", "chat_sessions/"))]
    assert len(own) == len({*own})
    assert f"tenants/{ORG}" in operations.reads
    assert (operations.queries, operations.commits) == (5, 1)


def forget() -> None:
    for found in clients.firestore().collection(state.SESSIONS).stream():
        found.reference.delete()


def stored(playbook_id: str | None) -> dict[str, Any]:
    return clients.firestore().document(f"tenants/{ORG}/playbooks/{playbook_id}").get().to_dict() or {}


def playbooks() -> list[str]:
    return [found.id for found in clients.firestore().collection(f"tenants/{ORG}/playbooks").list_documents()]


def execution(reply: Reply) -> dict[str, Any]:
    return clients.firestore().document(f"playbook_executions/{reply.execution_id}").get().to_dict() or {}


def test_a_sentence_becomes_a_playbook() -> None:
    reply = say(PRICES)
    data = stored(reply.playbook_id)
    assert (data["name"], data["status"], data["version"]) == ("Competitor Price Alert", "active", 1)
    assert (data["ownerId"], data["orgId"], data["createdBy"]) == ("user-1", ORG, "chat")
    assert data["description"] == PRICES
    assert data["triggers"] == [{"type": "schedule", "cron": "0 9 * * *", "timezone": ZONE}]
    # `{orgId}_{playbookId}` is readable in one way only.
    assert "_" not in str(reply.playbook_id)
    assert reply.agent == "money_mike"
    assert len(reply.next_runs) == 3
    assert reply.estimate is not None
    assert 0 < reply.estimate.per_run_usd < reply.estimate.monthly_usd
    for words in ("your top 3 competitors", "email you", "more than 10%", "9:00 AM", "a month"):
        assert words in reply.reply
    assert "<" not in reply.reply


def test_a_repeated_request_makes_nothing_twice_and_is_answered_alike() -> None:
    first, second = say(PRICES, key="k"), say(PRICES, key="k")
    assert second.answer() == first.answer()
    assert len(playbooks()) == 1


def test_a_repetition_whose_first_answer_was_lost_finds_what_it_made() -> None:
    first = say(PRICES, key="k")
    forget()
    assert say(PRICES, key="k").playbook_id == first.playbook_id
    assert len(playbooks()) == 1


def test_what_was_just_made_is_in_the_list() -> None:
    made = say(PRICES).playbook_id
    for whole in (True, False):
        items, _ = list_playbooks(ORG, whole=whole)
        assert [item["playbookId"] for item in items] == [made]


def test_a_key_answers_no_other_sentence_with_what_it_made() -> None:
    say(SALES, key="k")
    other = SALES.replace("monday", "friday")
    with pytest.raises(KeyReusedError, match="used with another request"):
        say(other, key="k")
    forget()
    with pytest.raises(KeyReusedError, match="used with another request"):
        say(other, key="k")
    assert len(playbooks()) == 1
    assert say(SALES, key="k").playbook_id in playbooks()


def test_a_key_runs_nothing_for_another_sentence() -> None:
    say(PRICES)
    say("run it now", key="r")
    say("hello")
    with pytest.raises(KeyReusedError):
        say("run it again", key="r")


def test_who_has_it_already_does_not_get_it_twice() -> None:
    first, second = say(PRICES), say(PRICES)
    assert second.playbook_id == first.playbook_id
    assert "already" in second.reply
    assert say(PRICES, OTHER).playbook_id != first.playbook_id


def test_a_question_is_answered_and_then_it_is_made() -> None:
    asked = say("email me the sales summary")
    assert asked.questions
    assert asked.playbook_id is None
    assert playbooks() == []
    reply = say("every Monday at 8am")
    assert stored(reply.playbook_id)["triggers"][0]["cron"] == "0 8 * * 1"
    assert stored(reply.playbook_id)["description"] == "email me the sales summary"
    assert "Every Monday at 8:00 AM" in reply.reply


def test_another_sentence_drops_the_question_and_says_so() -> None:
    say("watch our competitors' prices")
    assert "dropped your earlier request" in say("email me the low stock report").reply
    reply = say("every Monday at 8am")
    assert stored(reply.playbook_id)["topic"] == "low_stock"
    assert len(playbooks()) == 1


def test_only_details_change_what_was_talked_about_last() -> None:
    playbook_id = say(PRICES).playbook_id
    reply = say("make it 8")
    assert reply.playbook_id == playbook_id
    data = stored(playbook_id)
    assert (data["triggers"][0]["cron"], data["version"]) == ("0 8 * * *", 2)
    assert data["updatedAt"] > data["createdAt"]
    assert "9:00 AM" in reply.reply
    assert "8:00 AM" in reply.reply
    say("also text me")
    say("make it 15%")
    notify = stored(playbook_id)["steps"][-1]
    assert set(notify["params"]["channels"]) == {"email", "dashboard", "sms"}
    assert notify["condition"] == "{{money_mike.price_gap}} > 15"
    assert stored(playbook_id)["version"] == 4


def test_pause_and_resume() -> None:
    playbook_id = say(PRICES).playbook_id
    assert say("pause it").next_runs == ()
    assert stored(playbook_id)["status"] == "paused"
    assert "already" in say("pause it").reply
    assert len(say("resume it").next_runs) == 3
    assert stored(playbook_id)["status"] == "active"


def test_a_delete_asks_first() -> None:
    playbook_id = say(PRICES).playbook_id
    [question] = say("delete the price alert").questions
    assert [one.value for one in question.options] == ["yes", "no"]
    assert stored(playbook_id)
    assert "is deleted" in say("yes").reply
    assert not stored(playbook_id)
    assert "nothing to confirm" in say("yes").reply


def test_no_keeps_it() -> None:
    playbook_id = say(PRICES).playbook_id
    say("delete it")
    assert "no changes" in say("no").reply
    say("yes")
    assert stored(playbook_id)


@pytest.mark.parametrize(("who", "between"), [(USER, "what do I have?"), (OTHER, "hello")])
def test_a_yes_to_something_else_or_of_somebody_else_deletes_nothing(who: Principal, between: str) -> None:
    playbook_id = say(PRICES).playbook_id
    say("delete it")
    say(between, who)
    say("yes", who)
    assert stored(playbook_id)


def test_a_late_yes_deletes_nothing() -> None:
    playbook_id = say(PRICES).playbook_id
    say("delete it")
    store = Store(ORG, Clock())
    kept = store.session("user-1", state.TODAYS)
    assert kept.confirming is not None
    earlier = kept.confirming.asked_at - state.YES_COUNTS - timedelta(seconds=1)
    kept.confirming = kept.confirming.model_copy(update={"asked_at": earlier})
    store.keep("user-1", state.TODAYS, kept)
    say("yes")
    assert stored(playbook_id)


def test_run_it_now() -> None:
    playbook_id = say(PRICES).playbook_id
    first, again = say("run it now", key="r"), say("run it now", key="r")
    assert first.execution_id == again.execution_id
    run = execution(first)
    assert (run["playbookId"], run["trigger"], run["status"]) == (playbook_id, {"type": "manual"}, "queued")


def test_a_scan_is_run_at_once_by_a_playbook_of_its_own() -> None:
    first, second = say("run a competitor scan"), say("run a competitor scan")
    assert first.execution_id != second.execution_id
    assert first.playbook_id == second.playbook_id
    assert first.agent == "ezal"
    data = stored(first.playbook_id)
    assert (data["status"], data["triggers"], data["adHoc"]) == ("paused", [{"type": "manual"}], True)
    assert "no playbooks" in say("what do I have?").reply


def test_what_is_run_at_once_is_what_was_asked_for_even_where_it_was_edited() -> None:
    playbook_id = say("run a competitor scan").playbook_id
    reference = clients.firestore().document(f"tenants/{ORG}/playbooks/{playbook_id}")
    reference.update({"steps": [{"action": "set", "params": {"values": {}}}]})
    say("run a competitor scan")
    assert stored(playbook_id)["steps"][0]["action"] == "scan_competitors"


def test_an_agent_may_speak_and_ask_too() -> None:
    reply = say(SALES.replace("email me", "email sue@shop.example"), AGENT)
    assert stored(reply.playbook_id)["ownerId"] == "agent:money_mike"
    assert "ownerEmail" not in stored(reply.playbook_id)
    assert execution(say("run it now", AGENT))["trigger"]["type"] == "agent"
    assert "Sales Summary" in say("what do I have?", AGENT).reply


def test_list_and_show() -> None:
    say(PRICES)
    say(SALES)
    listed = say("what do I have?").reply
    assert "2 playbooks" in listed
    assert "Competitor Price Alert: every day at 9:00 AM" in listed
    shown = say("show me the sales summary")
    assert "Sales Summary" in shown.reply
    assert shown.next_runs


def test_the_agent_that_is_asked_for_answers() -> None:
    assert say("hello", agent="craig").agent == "craig"
    assert say("hello", agent="nobody").agent == "leo"


def test_a_playbook_that_changes_meanwhile_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    playbook_id = say(PRICES).playbook_id
    read, times = Store.read, itertools.count()

    def overtaken(store: Store, wanted: str) -> Playbook:
        found = read(store, wanted)
        clients.firestore().document(f"tenants/{ORG}/playbooks/{wanted}").update(
            {"name": "Theirs", "touched": next(times)}
        )
        return found

    monkeypatch.setattr(Store, "read", overtaken)
    with pytest.raises(ConflictError, match="just changed"):
        say("make it 8")
    assert (stored(playbook_id)["name"], stored(playbook_id)["version"]) == ("Theirs", 1)


class _Later(Clock):
    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.after = after

    def now(self) -> Any:
        return super().now() + self.after


def test_the_thread_is_forgotten_after_a_day() -> None:
    say(PRICES)
    assert Store(ORG, Clock()).session("user-1", state.TODAYS).last_playbook_id
    later = Store(ORG, _Later(state.KEPT))
    assert later.session("user-1", state.TODAYS).last_playbook_id is None
    [document] = clients.firestore().collection(state.SESSIONS).stream()
    fields = document.to_dict() or {}
    assert fields["expireAt"] - fields["updatedAt"] == state.KEPT


def test_orgs_whose_ids_run_together_share_no_thread() -> None:
    Store("a", Clock()).keep("b_c", "today", state.Session(last_playbook_id="x"))
    for org, who, conversation_id in (("a_b", "c", "today"), ("a", "b", "c_today"), ("a", "b_c", "2")):
        assert Store(org, Clock()).session(who, conversation_id).last_playbook_id is None


def test_a_thread_of_another_shape_is_restarted() -> None:
    say(PRICES)
    [document] = clients.firestore().collection(state.SESSIONS).stream()
    document.reference.update({"state": '{"open": 7}'})
    assert "already" in say(PRICES).reply
