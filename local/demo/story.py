"""The story and its acts, on a running stack."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import httpx

from clients.python.playbooks_client import Playbooks
from local.demo.acts.chat import a_pause_in_words, a_sentence_becomes_a_playbook, another_hour_in_words
from local.demo.acts.dashboard import the_dashboard_shows_it
from local.demo.acts.ladder import a_dead_letter_is_sent_again, the_ladder_climbs
from local.demo.acts.low_stock import low_stock_starts_a_playbook
from local.demo.acts.schedule import it_runs_at_nine
from local.demo.acts.tiers import (
    a_new_org_gets_its_playbooks,
    an_upgrade_brings_the_others,
    its_morning_is_one_mail,
    the_daily_tick_runs,
)
from local.demo.acts.trace import the_trace_tells_of_the_retries
from local.demo.acts.usage import its_use_meets_its_limits
from local.demo.menus import PRODUCTS, STORES
from local.demo.narrator import Narrator
from local.demo.seed import DEMO_TENANT, seed_demo_org
from local.demo.world import World
from local.stack.accounts import sign_up_as
from local.stack.running import Stack
from shared.api import agent_keys
from shared.api.agent_keys import create_agent_key
from shared.documents.org import org_path

AGENT = "money_mike"
API_SECONDS = 120
ADVANCE_SECONDS = 300
"""Long, because moving the clock by a day fires 288 sweeps."""

ACTS: tuple[Callable[[World], None], ...] = (
    a_sentence_becomes_a_playbook,
    it_runs_at_nine,
    another_hour_in_words,
    the_ladder_climbs,
    a_dead_letter_is_sent_again,
    low_stock_starts_a_playbook,
    a_pause_in_words,
    a_new_org_gets_its_playbooks,
    an_upgrade_brings_the_others,
    the_daily_tick_runs,
    its_morning_is_one_mail,
    its_use_meets_its_limits,
    the_dashboard_shows_it,
    the_trace_tells_of_the_retries,
)


def tell(stack: Stack, say: Narrator) -> None:
    """Runs the whole story. The environment must point clients and `PORT_OFFSET` at `stack`.

    Raises:
        StoryError: a step didn't happen.
        httpx.HTTPError: a part of the stack does not answer.
    """
    org_id = seed_demo_org()
    say.act(f"The stage: {DEMO_TENANT['name']}")
    say.happened(f"Everything runs; the console is at {stack.console_url}/, logs are in {stack.logs}")
    say.happened(
        f"The org has tier {DEMO_TENANT['tierId']}, {len(PRODUCTS)} products and {len(STORES)} competitors",
        org_path(org_id),
    )
    say.details(f"{store.name}: {stack.console_url}/stores/{store.slug}" for store in STORES)
    key = create_agent_key(org_id, AGENT)
    say.happened(
        f"The agent {AGENT} has its own key; only its hash is stored",
        f"{agent_keys.COLLECTION}/{key.split('_')[1]}",
    )
    address = f"owner-{uuid.uuid4().hex[:8]}@thrivesyracuse.example"
    user = sign_up_as(stack, address, {"orgId": org_id, "role": "owner"})
    say.happened(f"{user.email} has signed in, with role owner", f"{stack.ports.url('auth')}")
    with _api(stack, key) as api, _console(stack) as console:
        world = World(stack, say, api, console, user)
        for act in ACTS:
            act(world)


def _api(stack: Stack, agent_key: str) -> Playbooks:
    return Playbooks(stack.public_url, agent_key=agent_key, timeout=API_SECONDS, trust_env=False)


def _console(stack: Stack) -> httpx.Client:
    return httpx.Client(base_url=stack.console_url, timeout=ADVANCE_SECONDS, trust_env=False)
