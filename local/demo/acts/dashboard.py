"""The run on the dashboard, as the shop's people see it."""

from __future__ import annotations

import httpx
from playwright.sync_api import Error

from local.browser import running_browser
from local.demo.acts.chat import PRICE_ALERT
from local.demo.executions import executions_of
from local.demo.picture import take_picture
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import expect
from local.demo.world import PATIENCE_SECONDS, World
from local.setup.browser import find_browser
from local.setup.paths import CACHE, ROOT

PICTURE = CACHE / "demo" / "run.png"


def the_dashboard_shows_it(world: World) -> None:
    """Links to the run, with a picture of its page if a browser is available."""
    world.say.act("The dashboard shows the run live to anyone who signs in")
    runs = executions_of(DEMO_ORG_ID, world.playbooks[PRICE_ALERT])
    completed = {name: run["createdAt"] for name, run in runs.items() if run["status"] == "completed"}
    expect(bool(completed), "a run of the price alert should be completed", lambda: repr(runs.keys()))
    path = f"/runs/{max(completed, key=completed.__getitem__)}"
    link = f"{world.stack.public_url}{path}"
    answer = httpx.get(link, timeout=PATIENCE_SECONDS, trust_env=False)
    expect(
        answer.status_code == httpx.codes.OK and 'id="root"' in answer.text,
        "the dashboard should be served at the run's address",
        lambda: f"{answer.status_code} {answer.text}",
    )
    world.say.happened("The run has its own page while this stack runs", link)
    world.say.details([_picture(world, path)])


def _picture(world: World, path: str) -> str:
    """Saves a picture; returns where it is, or why there is none."""
    program = find_browser()
    if program is None:
        return "There's no browser to take a picture with (`make browser` installs one)."
    try:
        with running_browser(program) as browser:
            take_picture(browser, world.stack.public_url, world.user.uid, path, PICTURE)
    except (Error, AssertionError) as error:
        return f"No picture of it: {str(error).splitlines()[0]}"
    return f"A picture of it: {PICTURE.relative_to(ROOT)}"
