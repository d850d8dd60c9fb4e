"""`python -m local.demo`: the story of the Competitor Price Alert, on a stack of its own, every step checked."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

import httpx

from local.demo.acts.ladder import DELAYS_SECONDS, a_dead_letter_is_sent_again, the_ladder_climbs
from local.demo.acts.low_stock import low_stock_starts_a_playbook
from local.demo.acts.pause import pausing_removes_the_job
from local.demo.acts.schedule import it_runs_at_nine, the_document_schedules_itself
from local.demo.menus import PRODUCTS, STORES
from local.demo.narrator import Narrator
from local.demo.seed import DEMO_TENANT, seed_demo_org
from local.demo.story_error import StoryError
from local.demo.world import World
from local.setup.problems import SetupError
from local.stack.ports import free_offset
from local.stack.processes import StackError
from local.stack.running import Stack, running_stack
from shared.doors.agent_keys import create_agent_key

AGENT = "money_mike"
API_SECONDS = 30
RETRY_DELAYS_SECONDS = ",".join(map(str, DELAYS_SECONDS))
"""The story tells of these, whatever the caller's own environment says."""
ADVANCE_SECONDS = 120
"""Moving the clock by a day fires 288 sweeps."""

ACTS: tuple[Callable[[World], None], ...] = (
    the_document_schedules_itself,
    it_runs_at_nine,
    the_ladder_climbs,
    a_dead_letter_is_sent_again,
    low_stock_starts_a_playbook,
    pausing_removes_the_job,
)


def main() -> int:
    """Tell the story; 0 if all of it happened."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    say = Narrator(sys.stdout)
    say.title("Playbooks: the Competitor Price Alert, from a document to a delivered email")
    say.details(["Starting Firebase's emulators, Cloud Tasks, Cloud Scheduler and Secret Manager (about 15 s) …"])
    try:
        _tell(say)
    except StoryError as error:
        say.failed(str(error), error.found)
        return 1
    except (StackError, SetupError, httpx.HTTPError) as error:
        say.failed("the stack does not work", str(error))
        return 1
    except KeyboardInterrupt:
        say.end("Stopped.")
        return 130
    say.end("All of it happened, and everything that was started is stopped. `make up` keeps a stack to play with.")
    return 0


def _tell(say: Narrator) -> None:
    offset = free_offset()
    os.environ["PORT_OFFSET"] = str(offset)
    with running_stack(offset, environment={"RETRY_DELAYS_SECONDS": RETRY_DELAYS_SECONDS}) as stack:
        os.environ.update(stack.env)
        org_id = seed_demo_org()
        say.act(f"The stage: {DEMO_TENANT['name']}")
        say.happened(f"Everything runs; the console is at {stack.console_url}/, logs are in {stack.logs}")
        say.happened(
            f"The org has tier {DEMO_TENANT['tierId']}, {len(PRODUCTS)} products and {len(STORES)} competitors",
            f"tenants/{org_id}",
        )
        say.details(f"{store.name}: {stack.console_url}/stores/{store.slug}" for store in STORES)
        say.happened(f"The agent {AGENT} has a key of its own; only its hash is stored", "agent_keys/")
        with _api(stack, create_agent_key(org_id, AGENT)) as api, _console(stack) as console:
            world = World(stack, say, api, console)
            for act in ACTS:
                act(world)


def _api(stack: Stack, agent_key: str) -> httpx.Client:
    return httpx.Client(
        base_url=stack.public_url, headers={"X-Api-Key": agent_key}, timeout=API_SECONDS, trust_env=False
    )


def _console(stack: Stack) -> httpx.Client:
    return httpx.Client(base_url=stack.console_url, timeout=ADVANCE_SECONDS, trust_env=False)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
