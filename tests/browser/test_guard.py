"""The guard that stands behind every test here sees what it is there for."""

from __future__ import annotations

import pytest

from tests.browser.guard import Guard
from tests.browser.shop import Shop
from tests.e2e.conftest import eventually


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("console.error('broken')", "error: broken"),
        ("console.warn('careful')", "warning: careful"),
        ("setTimeout(() => { throw new Error('lost') })", "uncaught: .*lost"),
        ("fetch('https://elsewhere.example/').catch(() => 0)", "Content Security Policy"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/x.png'}))", "img-src"),
        ("eval('1')", "unsafe-eval|Content Security Policy"),
        ("fetch('/assets/missing.js')", "status of 404"),
    ],
)
def test_it_sees(shop: Shop, guard: Guard, script: str, told: str) -> None:
    page = shop.new_page()
    watching = Guard()
    watching.watch(page.context)
    page.goto("/signin")
    page.get_by_label("Email").wait_for()
    watching.check()
    # By a script of the page's own: what Playwright evaluates is not bound by the policy.
    page.evaluate("code => setTimeout(code)", script) if "eval" in script else page.evaluate(
        f"() => {{ {script} }}"
    )
    eventually(watching.collect, what=f"what the guard sees of {script}")
    with pytest.raises(pytest.fail.Exception, match=told):
        watching.check()
    guard.allow(told)
    guard.allow("elsewhere.example")
