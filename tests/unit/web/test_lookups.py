"""DNS lookups are limited in time and per org: a silent DNS server blocks nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore
import pytest

from shared.errors import TransientError
from shared.web.fetch import Fetcher
from shared.web.lookups import MAX_OF_ONE_ORG, MAX_SECONDS, Lookups, LookupTimeoutError, looked_up_for

SHORT_SECONDS = 0.05
LONG_SECONDS = 30.0


class Names:
    """A resolver: names of `silent.example` hang until the test is over, others are there at once."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        if host.endswith("silent.example"):
            self.over.wait(LONG_SECONDS)
        return ["93.184.216.34"]


@pytest.fixture
def names() -> Iterator[Names]:
    names = Names()
    yield names
    names.over.set()


def _ask(lookups: Lookups, names: Names, org_id: str, host: str) -> str:
    with looked_up_for(org_id):
        try:
            return lookups.resolve(names, host, 443, SHORT_SECONDS)[0]
        except LookupTimeoutError as error:
            return str(error)


def test_slow_lookups_of_one_org_do_not_block_other_orgs(names: Names) -> None:
    lookups = Lookups()
    with ThreadPoolExecutor(30) as pool:
        silent = [pool.submit(_ask, lookups, names, "bad", f"{n}.silent.example") for n in range(30)]
        assert all("lookup" in one.result() for one in silent)
    assert len(names.asked) == MAX_OF_ONE_ORG
    assert _ask(lookups, names, "good", "shop.example") == "93.184.216.34"
    assert _ask(lookups, names, "bad", "shop.example") == "too many DNS lookups are waiting"


def test_an_orgs_lookup_slots_are_freed_when_lookups_end(names: Names) -> None:
    lookups = Lookups()
    for number in range(MAX_OF_ONE_ORG):
        _ask(lookups, names, "org", f"{number}.silent.example")
    names.over.set()
    with looked_up_for("org"):
        assert lookups.resolve(names, "shop.example", 443, MAX_SECONDS) == ["93.184.216.34"]


def test_lookups_over_an_orgs_limit_wait_for_their_turn(names: Names) -> None:
    lookups = Lookups()

    def ask(number: int) -> Sequence[str]:
        with looked_up_for("org"):
            return lookups.resolve(names, f"{number}.example", 443, MAX_SECONDS)

    with ThreadPoolExecutor(40) as pool:
        assert len(list(pool.map(ask, range(40)))) == 40


def test_a_silent_name_is_not_asked_again_for_a_while(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.lookups.MAX_SECONDS", SHORT_SECONDS)
    lookups = Lookups()
    assert _ask(lookups, names, "org", "a.silent.example") == "the DNS lookup took too long"
    assert _ask(lookups, names, "org", "a.silent.example") == "the DNS server didn't answer a moment ago"
    assert names.asked == ["a.silent.example"]


def test_waiting_for_room_makes_no_name_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.lookups.MAX_SECONDS", 0.4)
    lookups, gates = Lookups(), {name: threading.Event() for name in ("held", "late")}

    def resolve(host: str, _port: int) -> Sequence[str]:
        gates["late" if host == "late.example" else "held"].wait(LONG_SECONDS)
        return ["93.184.216.34"]

    def ask(host: str) -> Sequence[str]:
        return lookups.resolve(resolve, host, 443, MAX_SECONDS)

    with ThreadPoolExecutor(MAX_OF_ONE_ORG) as pool:
        held = [pool.submit(ask, f"{number}.example") for number in range(MAX_OF_ONE_ORG)]
        threading.Timer(0.3, gates["held"].set).start()
        with pytest.raises(LookupTimeoutError):
            ask("late.example")
        for one in held:
            one.exception()
    gates["late"].set()
    assert ask("late.example") == ["93.184.216.34"]


def test_a_name_that_does_not_exist_is_an_error_at_once() -> None:
    def missing(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(OSError, match="no such name"):
        Lookups().resolve(missing, "nowhere.example", 443, MAX_SECONDS)


def test_a_fetch_of_a_silent_name_ends_with_its_time(names: Names) -> None:
    fetcher = Fetcher(resolve=names, network=httpcore.MockBackend([]), lookups=Lookups())
    with pytest.raises(TransientError, match="did not answer in time"):
        fetcher.fetch("https://a.silent.example/", timeout=SHORT_SECONDS)
