"""The dashboard in a real browser: somebody signs in to a shop of the test's own, on the whole stack."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from local.browser import running_browser
from local.setup.browser import find_browser, is_required
from local.setup.paths import CACHE
from local.stack.running import Stack
from tests.browser.guard import Guard
from tests.browser.shop import PATIENCE_MILLISECONDS, Shop
from tests.e2e.conftest import agent, api, client, console, org, org_id
from tests.e2e.org import Org
from tests.harness.eventually import PATIENCE_SECONDS

# Fixtures of the tests of the whole stack.
__all__ = ["agent", "api", "client", "console", "org", "org_id"]

expect.set_options(timeout=PATIENCE_MILLISECONDS)

FAILURES = CACHE / "browser-failures"
NO_BROWSER = "NO BROWSER, so the dashboard is NOT tested: `make browser` installs one, or says why it cannot"


# Not for the whole session: while it runs, tests of other tiers could start no event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here; without any they are skipped, and fail in CI."""
    program = find_browser()
    if program is None:
        if is_required():
            pytest.fail(NO_BROWSER)
        warnings.warn(NO_BROWSER, stacklevel=1)
        pytest.skip(NO_BROWSER)
    with running_browser(program) as running:
        yield running


@pytest.fixture(autouse=True)
def guard() -> Iterator[Guard]:
    """Fails a test that leaves an error, a warning or a request off the machine; `guard.allow(...)` expects one."""
    guard = Guard()
    yield guard
    guard.check()


@pytest.fixture
def shop(
    org: Org, on_stack: Stack, browser: Browser, guard: Guard, request: pytest.FixtureRequest
) -> Iterator[Shop]:
    """A shop of the test's own, of tier pro, in New York, welcomed before."""
    shop = Shop(org, on_stack, browser, guard)
    yield shop
    guard.collect()
    if request.node.stash.get(_FAILED, False):
        shop.take_pictures(FAILURES / Path(request.node.nodeid.replace("/", ".").replace("::", "-")).name)
    shop.close()


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's own result
    if report.failed:
        item.stash[_FAILED] = True


@pytest.fixture
def site(on_stack: Stack) -> Iterator[httpx.Client]:
    """Hosting, for somebody who is not signed in."""
    with httpx.Client(base_url=on_stack.public_url, timeout=PATIENCE_SECONDS) as client:
        yield client
