"""A conversation over several messages, with real documents; what each message says is given, not parsed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from shared.chat.answer import ChatAnswer
from shared.chat.authoring import Author
from shared.chat.facts import read_playbook
from shared.chat.grammar.hints import Hints
from shared.chat.understanding import Intent, ScheduleWish, Topic, Unclear, Understanding

from local.stack.running import Stack
from shared.chat import conversation, grammar, hearing, memory
from shared.doors.principal import Principal
from shared.errors import ConflictError
from shared.execution.start import KeyReusedError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.scheduling.playbook_reading import list_playbooks
from tests.unit.chat.wishes import MONDAYS, OVER_TEN, ZONE, mission, wish

ORG = "org_chat"
USER = Principal(kind="user", org_id=ORG, uid="user-1", email="me@shop.example", role="editor")
OTHER = Principal(kind="user", org_id=ORG, uid="user-2", email="you@shop.example", role="editor")
TODAYS = memory.Thread(ORG, "user-1")
AGENT = Principal(kind="agent", org_id=ORG, agent="money_mike", scopes=frozenset({"chat"}))

pytestmark = pytest.mark.usefixtures("quiet_queues")

SAYS: dict[str, Understanding] = {
    "watch prices": mission(),
    "watch prices on Mondays": mission(schedules=(MONDAYS,)),
    "watch prices sometime": mission(schedules=()),
    "every Monday at 8": wish(intent=Intent.ANSWER, schedules=(MONDAYS,)),
    "make it 8": wish(intent=Intent.ANSWER, schedules=(ScheduleWish(cron="0 8 * * *", words="8"),)),
    "also text me": wish(intent=Intent.CHANGE, channels=("sms",), recipients=("me",)),
    "over 15%": wish(intent=Intent.CHANGE, threshold=OVER_TEN.model_copy(update={"value": 15})),
    "pause it": wish(intent=Intent.PAUSE, playbook="it"),
    "resume it": wish(intent=Intent.RESUME, playbook="it"),
    "delete it": wish(intent=Intent.DELETE, playbook="it"),
    "delete the price alert": wish(intent=Intent.DELETE, playbook="the price alert"),
    "yes": wish(intent=Intent.CONFIRM),
    "no": wish(intent=Intent.REFUSE),
    "what do I have?": wish(intent=Intent.LIST),
    "show it": wish(intent=Intent.SHOW, playbook="it"),
    "run it now": wish(intent=Intent.RUN, playbook="it"),
    "run it again": wish(intent=Intent.RUN, playbook="it"),
    "run a competitor scan": wish(Topic.COMPETITOR_REPORT, intent=Intent.RUN),
    "remind me every Monday": wish(Topic.REMINDER, schedules=(MONDAYS,)),
    "water the plants": wish(
        intent=Intent.UNCLEAR, unclear=(Unclear(about="intent", question="What shall I do?"),)
    ),
    "sell everything": wish(intent=Intent.UNCLEAR, unclear=(Unclear(about="topic", question="Sell what?"),)),
    "sales every Monday": wish(Topic.SALES_SUMMARY, schedules=(MONDAYS,)),
    "hello": wish(intent=Intent.HELP),
}


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch, on_emulators: Stack) -> None:
    def parse(message: str, hints: Hints) -> Understanding:
        # What a question offers is tried with the parser itself.
        return SAYS[message] if message in SAYS else grammar.parse(message, hints)

    monkeypatch.setattr(hearing, "parse", parse)
    client = clients.firestore()
    client.document(f"tenants/{ORG}").set(
        {"name": "Shop", "tierId": "pro", "timezone": ZONE, "ownerEmail": "owner@shop.example"}
        | {"staffPhones": ["+13155550123"]}
    )
    for slug, name in {"salt-city": "Salt City Greens", "higher": "Higher Level"}.items():
        menu = {"name": name, "menuUrl": f"https://{slug}.example/menu"}
        client.document(f"tenants/{ORG}/competitors/{slug}").set(menu)


def say(message: str, who: Principal = USER, key: str | None = None, agent: str | None = None) -> ChatAnswer:
    return conversation.converse(Author(ORG, who, Clock(), key, message if key else None), message, agent)


def asked(answer: ChatAnswer) -> list[str]:
    return [question.text for question in answer.questions or ()]


def forget() -> None:
    TODAYS.document.delete()


def stored(playbook_id: str | None) -> dict[str, Any]:
    return clients.firestore().document(f"tenants/{ORG}/playbooks/{playbook_id}").get().to_dict() or {}


def playbooks() -> list[str]:
    return [found.id for found in clients.firestore().collection(f"tenants/{ORG}/playbooks").list_documents()]


def test_the_missions_sentence_becomes_a_playbook() -> None:
    answer = say("watch prices")
    data = stored(answer.playbook_id)
    assert (data["name"], data["status"], data["version"]) == ("Competitor Price Alert", "active", 1)
    assert (data["ownerId"], data["orgId"], data["createdBy"]) == ("user-1", ORG, "chat")
    assert data["description"] == "watch prices"
    assert data["triggers"] == [{"type": "schedule", "cron": "0 9 * * *", "timezone": ZONE}]
    assert "_" not in str(answer.playbook_id)
    assert answer.agent == "money_mike"
    assert answer.next_runs is not None
    assert len(answer.next_runs) == 3
    assert answer.estimate is not None
    assert 0 < answer.estimate.per_run_usd < answer.estimate.monthly_usd
    for words in ("your top 3 competitors", "email you", "more than 10%", "9:00 AM", "a month", "pause it"):
        assert words in answer.reply
    assert "<" not in answer.reply


def test_a_repeated_request_makes_nothing_twice_and_is_answered_alike() -> None:
    first, second = say("watch prices", key="k"), say("watch prices", key="k")
    assert second.model_dump(exclude={"playbook"}) == first.model_dump(exclude={"playbook"})
    assert len(playbooks()) == 1


def test_a_repetition_whose_first_answer_was_lost_finds_what_it_made() -> None:
    first = say("watch prices", key="k")
    forget()
    assert say("watch prices", key="k").playbook_id == first.playbook_id
    assert len(playbooks()) == 1


def test_what_was_just_made_is_in_the_list() -> None:
    made = say("watch prices").playbook_id
    for whole in (True, False):
        items, _ = list_playbooks(ORG, whole=whole)
        assert [item["playbookId"] for item in items] == [made]


def test_a_key_answers_no_other_sentence_with_what_it_made() -> None:
    say("watch prices", key="k")
    with pytest.raises(KeyReusedError, match="used with another request"):
        say("watch prices on Mondays", key="k")
    forget()
    with pytest.raises(KeyReusedError, match="used with another request"):
        say("watch prices on Mondays", key="k")
    assert len(playbooks()) == 1
    assert say("watch prices", key="k").playbook_id in playbooks()


def test_a_key_runs_nothing_for_another_sentence() -> None:
    say("watch prices")
    say("run it now", key="r")
    say("hello")
    with pytest.raises(KeyReusedError):
        say("run it again", key="r")


def test_who_has_it_already_does_not_get_it_twice() -> None:
    first, second = say("watch prices"), say("watch prices")
    assert second.playbook_id == first.playbook_id
    assert "already" in second.reply
    assert say("watch prices", OTHER).playbook_id != first.playbook_id


def test_a_question_is_answered_and_then_it_is_made() -> None:
    asked = say("watch prices sometime")
    assert asked.questions
    assert asked.playbook_id is None
    assert playbooks() == []
    answer = say("every Monday at 8")
    assert stored(answer.playbook_id)["triggers"][0]["cron"] == "0 8 * * 1"
    assert stored(answer.playbook_id)["description"] == "watch prices sometime"
    assert "Every Monday at 8:00 AM" in answer.reply


def test_words_are_an_answer_where_words_were_asked_for() -> None:
    assert asked(say("remind me every Monday")) == ["What shall I remind you of?"]
    answer = say("water the plants")
    assert stored(answer.playbook_id)["steps"][0]["params"]["body"] == "water the plants"


def test_another_sentence_drops_the_question() -> None:
    say("watch prices sometime")
    say("sales every Monday")
    assert "Sales Summary" in say("every Monday at 8").reply
    assert len(playbooks()) == 1


def test_only_details_change_what_was_talked_about_last() -> None:
    playbook_id = say("watch prices").playbook_id
    answer = say("make it 8")
    assert answer.playbook_id == playbook_id
    data = stored(playbook_id)
    assert (data["triggers"][0]["cron"], data["version"]) == ("0 8 * * *", 2)
    assert data["updatedAt"] > data["createdAt"]
    assert "09:00" in answer.reply
    assert "08:00" in answer.reply
    say("also text me")
    say("over 15%")
    notify = stored(playbook_id)["steps"][-1]
    assert notify["params"]["channels"] == ["email", "sms"]
    assert notify["condition"] == "{{money_mike.price_gap}} > 15"
    assert stored(playbook_id)["version"] == 4


def test_pause_and_resume() -> None:
    playbook_id = say("watch prices").playbook_id
    assert say("pause it").next_runs is None
    assert stored(playbook_id)["status"] == "paused"
    assert "already" in say("pause it").reply
    assert len(say("resume it").next_runs or []) == 3
    assert stored(playbook_id)["status"] == "active"


def test_a_delete_asks_first() -> None:
    playbook_id = say("watch prices").playbook_id
    assert "yes or no" in say("delete the price alert").reply
    assert stored(playbook_id)
    assert "is deleted" in say("yes").reply
    assert not stored(playbook_id)
    assert "Nothing waits" in say("yes").reply


def test_no_keeps_it() -> None:
    playbook_id = say("watch prices").playbook_id
    say("delete it")
    assert "stays" in say("no").reply
    say("yes")
    assert stored(playbook_id)


def test_a_yes_to_something_else_deletes_nothing() -> None:
    playbook_id = say("watch prices").playbook_id
    say("delete it")
    say("what do I have?")
    say("yes")
    assert stored(playbook_id)


def test_a_yes_of_somebody_else_deletes_nothing() -> None:
    playbook_id = say("watch prices").playbook_id
    say("delete it")
    say("yes", OTHER)
    assert stored(playbook_id)


def test_a_late_yes_deletes_nothing() -> None:
    playbook_id = say("watch prices").playbook_id
    say("delete it")
    now = Clock().now()
    session = memory.load(TODAYS, now)
    assert session.deleting is not None
    earlier = session.deleting.model_copy(update={"asked_at": now - memory.YES_COUNTS - timedelta(seconds=1)})
    memory.save(TODAYS, session.model_copy(update={"deleting": earlier}), now)
    say("yes")
    assert stored(playbook_id)


def test_run_it_now() -> None:
    playbook_id = say("watch prices").playbook_id
    first, again = say("run it now", key="r"), say("run it now", key="r")
    assert first.execution_id == again.execution_id
    execution = clients.firestore().document(f"playbook_executions/{first.execution_id}").get().to_dict() or {}
    assert (execution["playbookId"], execution["trigger"], execution["status"]) == (
        playbook_id,
        {"type": "manual"},
        "queued",
    )


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


def test_an_agent_may_speak_too() -> None:
    answer = say("watch prices", AGENT)
    assert stored(answer.playbook_id)["ownerId"] == "agent:money_mike"
    assert "ownerEmail" not in stored(answer.playbook_id)
    run = say("run it now", AGENT)
    execution = clients.firestore().document(f"playbook_executions/{run.execution_id}").get().to_dict() or {}
    assert execution["trigger"]["type"] == "agent"


def test_list_and_show() -> None:
    say("watch prices")
    say("sales every Monday")
    listed = say("what do I have?").reply
    assert "2 playbooks" in listed
    assert "Competitor Price Alert (on): every day at 9:00 AM" in listed
    shown = say("show it")
    assert "Sales Summary" in shown.reply
    assert shown.next_runs


def test_the_agent_that_is_asked_for_answers() -> None:
    assert say("hello", agent="craig").agent == "craig"
    assert say("hello", agent="nobody").agent == "leo"


def test_what_is_not_understood_is_asked() -> None:
    assert asked(say("sell everything")) == ["Sell what?"]
    assert playbooks() == []


def test_a_playbook_that_changes_meanwhile_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.chat import acts

    playbook_id = say("watch prices").playbook_id
    read = read_playbook

    def overtaken(org_id: str, wanted: str) -> Any:
        found = read(org_id, wanted)
        clients.firestore().document(f"tenants/{org_id}/playbooks/{wanted}").update({"name": "Theirs"})
        return found

    monkeypatch.setattr(acts, "read_playbook", overtaken)
    with pytest.raises(ConflictError, match="changed by somebody else"):
        say("make it 8")
    assert (stored(playbook_id)["name"], stored(playbook_id)["version"]) == ("Theirs", 1)


def test_the_thread_is_forgotten_after_a_day() -> None:
    say("watch prices")
    now = Clock().now()
    assert memory.load(TODAYS, now).last_playbook_id
    assert memory.load(TODAYS, now + memory.KEPT).last_playbook_id is None


def test_orgs_whose_ids_run_together_share_no_thread() -> None:
    now = Clock().now()
    memory.save(memory.Thread("a", "b_c"), memory.Session(last_playbook_id="x"), now)
    for other in (memory.Thread("a_b", "c"), memory.Thread("a", "b", "c_today"), memory.Thread("a", "b_c", "2")):
        assert memory.load(other, now).last_playbook_id is None


def test_a_thread_of_another_shape_is_begun_anew() -> None:
    say("watch prices")
    TODAYS.document.update({"state": '{"pending": 7}'})
    assert "price" in say("watch prices").reply.lower()
