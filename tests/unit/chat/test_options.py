"""Every question of a talk ends: whichever option is chosen, by whatever name, it leads on and never back."""

from __future__ import annotations

import copy

import pytest

from tests.corpus.heard import sentences
from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.shop import NOW, PLAYBOOKS

EDITING = [
    one.say for one in sentences("open", "given") if one.group in ("changes", "reading", "negations", "launches")
]
ANSWERED_LATER = (
    *("sales report", "text my accountant the sales every friday", "low stock every morning as a pdf"),
    *("send me sales and text me low stock", "watch prices, if they undercut us by more than $5 tell me"),
    *(
        "email me sales at 5 every day but not for edibles",
        "sales summary every other tuesday",
        "pause the weather alert",
    ),
    *(
        "send the sales report each payday",
        "delete the second one",
        "change it",
        "resume it on friday",
        "make it 6",
    ),
    *(
        "also on sundays at 10",
        "text bob@shop.example the sales every monday",
        "run it on monday",
        "remind me every day",
    ),
)
MADE = (
    "watch competitor prices every morning and email me if they undercut us by more than 10%",
    "email me low stock every morning at 8",
    "email me the sales summary every monday",
    "tell me what changed on competitors' menus every day",
    "remind me to count the safe every friday at 5pm",
)
DEPTH = 8


@pytest.fixture(scope="module")
def shop() -> MemoryStore:
    """A shop that has a playbook of each name that the sentences use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        talk = Talk(MemoryStore(NOW))
        for sentence, name in zip(MADE, PLAYBOOKS, strict=True):
            talk.say(sentence)
            assert talk.last.playbook_id is not None
            talk.store.put(talk.last.playbook_id, {**talk.store.documents[talk.last.playbook_id], "name": name})
        return talk.store


@pytest.mark.parametrize("start", range(4))
def test_every_option_leads_on(shop: MemoryStore, start: int) -> None:
    todo: list[tuple[str, ...]] = [(said,) for said in [*EDITING, *ANSWERED_LATER][start::4]]
    asked: set[str] = set()
    while todo:
        said = todo.pop()
        assert len(said) <= DEPTH, said
        talk = Talk(copy.deepcopy(shop))
        questions = []
        for one in said:
            talk.say(one)
            questions.append([(each.id, each.text, each.options) for each in talk.last.questions])
        assert not questions[-1] or questions[-1] not in questions[:-1], (said, questions[-1])
        for question in talk.last.questions:
            asked.add(question.id)
            todo += [(*said, option.value) for option in question.options]
    assert asked


@pytest.mark.parametrize("said", ANSWERED_LATER)
def test_never_mind_always_ends_it_and_changes_nothing(shop: MemoryStore, said: str) -> None:
    talk = Talk(copy.deepcopy(shop))
    talk.say(said)
    if not talk.last.questions:
        return
    talk.say("never mind")
    assert not talk.last.questions
    assert talk.store.documents == shop.documents
