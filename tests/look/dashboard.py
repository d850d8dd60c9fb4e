"""README's pictures of the dashboard, of a stack of its own: `python -m tests.look.dashboard`."""

from __future__ import annotations

import os
import sys

from local.browser import Window, running_browser
from local.demo.picture import take_picture
from local.demo.seed import DEMO_ORG_ID
from local.setup.browser import find_browser
from local.setup.paths import ROOT
from local.stack.accounts import demo_account
from local.stack.ports import free_offset
from local.stack.running import running_stack
from tests.harness.lived_in import live_in

IMAGES = ROOT / "docs" / "images"
WINDOW = Window(width=1200, height=760)


def main() -> int:
    """Take them, where there is a browser."""
    program = find_browser()
    if program is None:
        print("no Chromium found: no pictures of the dashboard", file=sys.stderr)  # noqa: T201
        return 0
    offset = free_offset()
    os.environ["PORT_OFFSET"] = str(offset)
    with running_stack(offset) as stack:
        os.environ.update(stack.env)
        shop = live_in(stack, DEMO_ORG_ID)
        owner = demo_account(stack.ports.url("auth"), "owner", shop.org_id)
        pages = {"home": "/", "playbooks": "/playbooks", "run": f"/runs/{shop.completed_run}"}
        with running_browser(program) as browser:
            for name, path in pages.items():
                file = IMAGES / f"{name}.png"
                take_picture(browser, stack.public_url, owner.uid, path, file, window=WINDOW)
                print(file.relative_to(ROOT))  # noqa: T201 - a command's answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
