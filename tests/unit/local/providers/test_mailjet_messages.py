from local.providers.mailjet_messages import AcceptedMessages
from tests.unit.local.fakes import FakeClock


def test_the_oldest_is_forgotten_when_the_memory_is_full() -> None:
    accepted = AcceptedMessages(FakeClock().now, capacity=2)
    first, second, third = (accepted.add(custom_id=f"exec-{n}:mail", subject="") for n in range(3))

    assert accepted.get(first.id) is None
    assert accepted.find(first.custom_id) == []
    assert accepted.find(None) == [second, third]


def test_messages_that_share_a_custom_id_are_all_found() -> None:
    accepted = AcceptedMessages(FakeClock().now)
    both = [accepted.add(custom_id="exec-1:mail", subject="") for _ in range(2)]

    assert accepted.find("exec-1:mail") == both
