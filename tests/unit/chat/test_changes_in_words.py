"""A change of a playbook changes exactly what it says, however the playbook is called; undo takes it back."""

from __future__ import annotations

import copy
import functools
import random
from typing import Any

import pytest

from shared.chat.talk.document_edits import channels_of, limits_of, params_of, people_of
from shared.chat.talk.state import Playbook
from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.shop import NOW, ORG

SALES = "email me a sales summary every day at 8am"
PRICE = "email me every day at 9am if a competitor is 10% cheaper than us"
WATCH = "email me Green Leaf and High Street prices every day at 9am"
LOW = "email me what's low on mondays at 7am"
_OTHERS = [one for one in sorted(ORG.competitors) if one != "green-leaf"]
_BOTH = ["dana@shop.example", "me@shop.example"]
_SAMPLES = 4
_WRAPS = (
    "{}",
    "please {}",
    "can you {}?",
    "actually {}",
    "no wait, {}",
    "oops, {}",
    "{} please",
    "{}!",
    "ok now {}",
)
CHANGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (SALES, "move {} to 7am", {"runs": ["0 7 * * *"]}),
    (SALES, "change {} to 6:30pm", {"runs": ["30 18 * * *"]}),
    (SALES, "make {} 7am instead", {"runs": ["0 7 * * *"]}),
    (SALES, "move {} from 8am to 9am", {"runs": ["0 9 * * *"]}),
    (SALES, "change {} from daily to weekly on mondays", {"runs": ["0 8 * * 1"]}),
    (SALES, "send {} only on weekdays", {"runs": ["0 8 * * 1-5"]}),
    (SALES, "also send {} at 5pm", {"runs": ["0 8,17 * * *"]}),
    (SALES, "run {} twice a day, 8am and 5pm", {"runs": ["0 8,17 * * *"]}),
    (SALES, "don't send {} on sundays", {"runs": ["0 8 * * 1-6"]}),
    (SALES, "don't bother sending {} on sundays", {"runs": ["0 8 * * 1-6"]}),
    (SALES, "switch {} from email to text", {"channels": ["sms"], "people": ["your staff"]}),
    (SALES, "add slack to {}", {"channels": ["email", "slack"]}),
    (SALES, "put {} on the dashboard as well", {"channels": ["dashboard", "email"]}),
    (SALES, "add dana@shop.example to {}", {"people": _BOTH}),
    (SALES, "send {} to dana@shop.example too", {"people": _BOTH}),
    (SALES, "rename {} to Tills", {"name": "Tills"}),
    (SALES, "pause {}", {"status": "paused"}),
    (SALES, "put {} on hold", {"status": "paused"}),
    (PRICE, "raise the threshold on {} to 15%", {"limit": ["15%"]}),
    (PRICE, "make {} 20% instead of 10%", {"limit": ["20%"]}),
    (PRICE, "leave Green Leaf out of {}", {"competitors": _OTHERS}),
    (PRICE, "only watch Green Leaf in {}", {"competitors": ["green-leaf"]}),
    (WATCH, "remove Green Leaf from {}", {"competitors": ["high-street"]}),
    (WATCH, "add The Herbal Room to {}", {"competitors": ["green-leaf", "high-street", "the-herbal-room"]}),
    (LOW, "move {} to tuesdays", {"runs": ["0 7 * * 2"]}),
    (LOW, "make {} mondays and thursdays", {"runs": ["0 7 * * 1,4"]}),
    (LOW, "send {} at 9pm", {"runs": ["0 21 * * 1"]}),
)


@functools.cache
def _begun(sentence: str) -> tuple[Talk, str]:
    talk = Talk(MemoryStore(NOW))
    talk.say("remind me every friday at 5pm to count the safe", sentence)
    assert talk.last.playbook_id is not None
    return talk, talk.last.playbook_id


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    steps = data["steps"]
    return {
        "name": data["name"],
        "status": data["status"],
        "runs": [one.get("cron") for one in data["triggers"]],
        "bounds": [
            one.get(name) for one in data["triggers"] for name in ("startsAt", "endsAt", "maxRuns", "every")
        ],
        "channels": sorted({way for step in steps for way in channels_of(step)}),
        "people": sorted(people_of(steps, "me@shop.example")),
        "limit": sorted({value for step in steps for value, _ in limits_of(step)}),
        "competitors": sorted({one for step in steps for one in params_of(step).get("competitorIds") or ()}),
    }


@pytest.mark.parametrize(("sentence", "change", "expected"), CHANGES, ids=[one[1] for one in CHANGES])
def test_a_change_changes_what_it_says_and_undo_takes_it_back(
    sentence: str, change: str, expected: dict[str, Any]
) -> None:
    begun, playbook_id = _begun(sentence)
    before = copy.deepcopy(begun.store.documents)
    name = Playbook(playbook_id, before[playbook_id]).name
    chosen = random.Random(change)
    called = ["it", "that", name, name.lower(), f"the {name.lower()}", f"“{name}”", f'"{name}"']
    ways = [(one, "{}") for one in ("it", name, f"“{name}”")]
    ways += [(chosen.choice(called), chosen.choice(_WRAPS)) for _ in range(_SAMPLES)]
    for one, wrap in ways:
        talk, said = Talk(copy.deepcopy(begun.store)), wrap.format(change.format(one))
        reply = talk.say(said)
        after = _fields(talk.store.documents[playbook_id])
        assert after == {**_fields(before[playbook_id]), **expected}, (said, reply)
        assert talk.store.documents.keys() == before.keys(), (said, reply)
        talk.say("undo")
        assert _fields(talk.store.documents[playbook_id]) == _fields(before[playbook_id]), said


@pytest.mark.parametrize(
    "said",
    [
        "email me what's low on mondays at 7am",
        "I want a sales summary every friday at noon",
        "another sales summary at 6",
    ],
)
def test_a_request_of_its_own_changes_nothing_that_is_there(said: str) -> None:
    begun, playbook_id = _begun(SALES)
    talk = Talk(copy.deepcopy(begun.store))
    talk.say(said)
    assert talk.store.documents[playbook_id] == begun.store.documents[playbook_id]


@pytest.mark.parametrize("said", ["wait", "no wait", "oops", "hang on"])
def test_who_hesitates_does_not_confirm(said: str) -> None:
    begun, playbook_id = _begun(SALES)
    talk = Talk(copy.deepcopy(begun.store))
    talk.say("delete it", said)
    assert playbook_id in talk.store.documents
    talk.say("yes")
    assert playbook_id in talk.store.documents
