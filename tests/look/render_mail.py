"""Writes sample mails as HTML and, where a Chromium is installed, as pictures: light, dark, narrow.

`python -m tests.look.render_mail [FOLDER]`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from local.setup.browser import find_browser
from shared.messages.template.models import Letterhead
from shared.messages.template.render import render
from tests.look.samples import SAMPLES

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
)
VIEWS = {
    "light": ("--window-size=760,1500",),
    "dark": ("--window-size=760,1500", "--blink-settings=preferredColorScheme=0"),
    "narrow": ("--window-size=500,1800",),
}
"""The browser's window is 500 pixels wide at least; narrow mails are shown in a frame of 360."""

LETTERHEAD = Letterhead(
    org_name="Thrive Syracuse",
    reason="You get this because Thrive Syracuse asks for weekly reports by email.",
    preferences_url="https://app.example/settings/notifications",
    unsubscribe_url="https://app.example/api/unsubscribe?token=abc",
)


def main() -> None:
    """Write them, and print where."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="mails-"))
    folder.mkdir(parents=True, exist_ok=True)
    browser = find_browser()
    for name, message in SAMPLES().items():
        page = folder / f"{name}.html"
        page.write_text(render(message, LETTERHEAD, "BakedBot Playbooks"))
        frame = folder / f"{name}.narrow.html"
        frame.write_text(
            f'<body style="margin:0"><iframe src="{page.name}" width="360" height="1800" style="border:0">'
        )
        if browser is None:
            continue
        for view, options in VIEWS.items():
            _shoot(browser, frame if view == "narrow" else page, folder / f"{name}-{view}.png", options)
    print(folder if browser else f"{folder} (no Chromium found: HTML only)")  # noqa: T201 - a command's answer


def _shoot(browser: Path, page: Path, picture: Path, options: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as profile:
        command = [
            str(browser),
            *QUIET,
            f"--user-data-dir={profile}",
            *options,
            f"--screenshot={picture}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
