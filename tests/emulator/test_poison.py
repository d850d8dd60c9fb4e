"""Every collection is poisoned in turn, beside a healthy org, and every worker runs: its work is done all the same.

What the poison is, is in `tests/harness/poison.py`. At the end a table is printed: collection by worker. "ok": the
healthy org's work was done; a number: how many poisoned documents that worker named in the log or in quarantine.
"""

from __future__ import annotations

import itertools
import logging
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from local.stack.running import Stack
from shared.catalog import assigning
from shared.catalog.files.load import catalog
from shared.errors import PermanentError
from shared.gcp import clients
from shared.gcp.logging import fields_of
from shared.quarantine.failures import may_pass
from tests.emulator import daily_walk
from tests.emulator.poison_workers import OF_ONE_ORG, WORKERS
from tests.emulator.poison_world import CATALOG, QUEUES, World
from tests.harness.poison import Poison, broken, poisons
from tests.harness.profiles import examples
from tests.harness.summary import COUNTS

SIBLINGS = 6
SAMPLE = World("sample")


def collection_of(path: str) -> str:
    """`tenants/*/orders` of `tenants/o1/orders/x`."""
    parts = path.split("/")
    return parts[0] if len(parts) == 2 else f"{parts[0]}/*/{parts[2]}"


COLLECTIONS: dict[str, list[str]] = defaultdict(list)
for _path in SAMPLE.sound():
    COLLECTIONS[collection_of(_path)].append(_path)

FOUND_BY: dict[str, tuple[str, ...]] = {
    "tenants": ("status",),
    "tenants/*/playbooks": ("status", "source"),
    "playbook_schedules": ("nextRunAt", "orgId"),
    "playbook_event_listeners": ("orgId", "eventName", "status"),
    "playbook_event_waits": ("orgId", "eventName", "status"),
    "playbook_executions": ("dueAt", "status"),
    "playbook_assignments": ("orgId", "frequency", "status"),
    "quarantine": ("told",),
    "tenants/*/inventory": (),
    "tenants/*/customers": (),
    "tenants/*/orders": ("placedAt",),
    "tenants/*/campaigns": (),
    "tenants/*/locations": (),
    "tenants/*/content": ("status",),
    "tenants/*/competitive_actions": ("status",),
    "dead_letters": ("orgId", "status"),
    "digest_entries": ("digestId",),
}
"""The fields by which documents are found. Of these collections, one that holds nothing else must be named."""


@dataclass
class Table:
    """What became of each collection and worker."""

    done: dict[str, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    named: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    poisoned: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        yield "\npoison: collection by worker (ok: the others' work is done; a number: poisoned documents named)"
        for number, worker in enumerate(WORKERS, 1):
            yield f"  {number:>2} {worker}"
        yield f"{'':30}" + "".join(f"{number:>6}" for number in range(1, len(WORKERS) + 1)) + "  documents"
        for collection, done in self.done.items():
            cells = (self._cell(collection, worker, done) for worker in WORKERS)
            yield f"{collection:30}" + "".join(f"{cell:>6}" for cell in cells) + f"{self.poisoned[collection]:>11}"

    def _cell(self, collection: str, worker: str, done: Mapping[str, bool]) -> str:
        count = self.named[collection][worker]
        return f"{'ok' if done.get(worker) else 'NOT'}{f' {count}' if count else ''}"


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    filled = Table()
    yield filled
    plugins = request.config.pluginmanager
    terminal, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")
    if terminal is not None and capture is not None:
        with capture.global_and_fixture_disabled():
            for line in filled.lines():
                terminal.write_line(line)


@pytest.fixture
def world_stack(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    # Three of the catalog's playbooks: all of them, for each poisoned org, would be most of the time.
    few = {name: entry for name, entry in catalog().items() if name in CATALOG}
    monkeypatch.setattr(assigning, "catalog", lambda: few)
    with daily_walk.paused(*QUEUES):
        yield on_emulators


def place(collection: str, poison: Sequence[Poison], healthy: World) -> tuple[list[World], dict[int, list[str]]]:
    """Write the healthy org, poison beside its documents, and sick orgs: these, and the paths of the poison."""
    healthy.write()
    templates = COLLECTIONS[collection]
    batch = clients.firestore().batch()
    paths: dict[int, list[str]] = defaultdict(list)
    for number, one in enumerate(poison):
        template = templates[number % len(templates)].replace(SAMPLE.org_id, healthy.org_id)
        sound = healthy.sound()
        # The sample's random names differ from world to world where an id is a digest.
        chosen = template if template in sound else next(p for p in sound if collection_of(p) == collection)
        parent = chosen.rpartition("/")[0]
        path = f"{parent}/{number}poison{one.id_end}"
        batch.set(clients.firestore().document(path), one.of(sound[chosen]))
        paths[number].append(path)
    batch.commit()
    sick = []
    for number, one in enumerate(poison[:1]):
        world = World(f"a{number}{healthy.org_id}", healthy.now)
        chosen = next(path for path in world.sound() if collection_of(path) == collection)
        world.write({chosen: one.of(world.sound()[chosen])})
        paths[number].append(chosen)
        sick.append(world)
    return sick, paths


def said(records: Sequence[logging.LogRecord]) -> str:
    told = (record for record in records if record.levelno >= logging.WARNING)
    return "\n".join(f"{record.getMessage()} {fields_of(record)}" for record in told)


def quarantined() -> set[str]:
    entries = clients.firestore().collection("quarantine").select(["path"]).stream()
    return {str((one.to_dict() or {}).get("path")) for one in entries}


def is_named(path: str, heard: str) -> bool:
    """By its path, or at least by an id that nothing else has."""
    name = path.rpartition("/")[2]
    return path in heard or ("poison" in name and name in heard)


def run_everything(
    collection: str, poison: Sequence[Poison], stack: Stack, caplog: pytest.LogCaptureFixture, table: Table
) -> tuple[list[str], dict[int, list[str]], str]:
    """What went wrong, the paths of each poison by its number, and all that was said."""
    stack.clear_firestore()
    healthy = World()
    sick, paths = place(collection, poison, healthy)
    table.poisoned[collection] += sum(map(len, paths.values()))
    wrong: list[str] = []
    everything, known = "", quarantined()
    for name, worker in WORKERS.items():
        caplog.clear()
        for world in (*(sick if name in OF_ONE_ORG else ()), healthy):
            try:
                worker(world)
            except AssertionError:
                if world is healthy:
                    wrong.append(f"{name}: the healthy org's work was not done\n{traceback.format_exc()}")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told below
                if world is healthy or not (may_pass(error) or isinstance(error, PermanentError)):
                    which = "healthy" if world is healthy else "sick"
                    wrong.append(f"{name} of the {which} org: {error!r}\n{traceback.format_exc()}")
        entries = quarantined()
        heard = "\n".join([said(caplog.records), *(entries - known)])
        known = entries
        everything += heard
        table.named[collection][name] += sum(is_named(path, heard) for path in itertools.chain(*paths.values()))
        table.done[collection][name] = table.done[collection].get(name, True) and not any(
            one.startswith(name) for one in wrong
        )
    return wrong, paths, everything


@pytest.mark.parametrize("collection", list(COLLECTIONS))
def test_a_poisoned_collection_stops_no_worker_and_is_named(
    collection: str,
    world_stack: Stack,
    caplog: pytest.LogCaptureFixture,
    table: Table,
    record_property: Callable[[str, object], None],
) -> None:
    sample = SAMPLE.sound()[COLLECTIONS[collection][0]]

    siblings = 2 * SIBLINGS if collection in FOUND_BY else SIBLINGS

    @settings(
        max_examples=examples(1),
        phases=(Phase.generate,),  # a smaller example is not worth the minutes: all of the poison is in the report
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(poisons(sample), min_size=siblings, max_size=siblings, unique_by=repr))
    def runs(poison: list[Poison]) -> None:
        unreadable = broken(sample, FOUND_BY.get(collection, ()))
        wrong, paths, everything = run_everything(collection, [unreadable, *poison], world_stack, caplog, table)
        assert not wrong, "\n".join(wrong)
        if collection in FOUND_BY:
            # The first lies beside the healthy org's documents; what is a sick org's own may have been mended.
            assert is_named(paths[0][0], everything)

    runs()
    # The same for runs in several workers, which have no terminal to print a table on.
    named = {worker: count for worker, count in table.named[collection].items() if count}
    done = [worker for worker, is_done in table.done[collection].items() if is_done]
    counted = {"poisoned": collection, "documents": table.poisoned[collection], "done": len(done), "named": named}
    record_property(COUNTS, counted)
