"""`python -m local.setup.browser`: a Chromium for the tests of the dashboard and for pictures of it.

The first of these that runs wins: `CHROME_BIN`, what is on PATH, Playwright's own, Playwright's download, Debian's
package (as root). Where none can be had, the tests in a browser are skipped, and fail in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.setup.paths import venv_python

# A shell has no windows to draw: it costs a third of the processor time of a whole browser.
_PROGRAMS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"),
)
_MAC_PROGRAMS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_PLAYWRIGHTS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/chrome-*/headless_shell",
    "chromium_headless_shell-*/chrome-*/chrome-headless-shell",
)
_DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-liberation")
_CONNECT_MILLISECONDS = "5000"
_DOWNLOAD_SECONDS = 300
_START_SECONDS = 60


def find_browser() -> Path | None:
    """A Chromium that is here and runs; None if there is none."""
    return next(filter(_runs, _candidates()), None)


def is_required() -> bool:
    """Whether a machine without a browser has failed: in CI, where nobody reads that tests were skipped."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def provide_browser() -> tuple[Path | None, str]:
    """A Chromium, installed if there is none; and a line that says what was done."""
    found = find_browser()
    if found:
        return found, f"{found} will do"
    print("set-up: looking for a Chromium: none is installed, so it is downloaded", file=sys.stderr, flush=True)
    for install, source in ((_download, "Playwright's download"), (_install_debians, "Debian's package")):
        why_not = install()
        found = find_browser()
        if found:
            return found, f"installed {found} ({source})"
        print(f"set-up: {source}: {why_not or 'it does not start here'}", file=sys.stderr, flush=True)
    return None, (
        "NO BROWSER. The tests in a browser do not run: install Chromium or Google Chrome, or name one with "
        "CHROME_BIN"
    )


def _candidates() -> Iterator[Path]:
    named = os.environ.get("CHROME_BIN")
    if named:
        yield Path(named)
    yield from (Path(path) for path in map(shutil.which, _PROGRAMS) if path)
    yield from (path for path in _MAC_PROGRAMS if path.exists())
    for pattern in _PLAYWRIGHTS:
        yield from sorted(_playwright_cache().glob(pattern), reverse=True)


def _playwright_cache() -> Path:
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named:
        return Path(named)
    mac = sys.platform == "darwin"
    return Path.home() / ("Library/Caches" if mac else ".cache") / "ms-playwright"


def _runs(program: Path) -> bool:
    """Whether it starts: a download may lack the system's libraries, and Ubuntu's package is a note about snap."""
    return _fails((str(program), "--version"), _START_SECONDS) is None


def _download() -> str | None:
    command = (str(venv_python()), "-m", "playwright", "install", "--only-shell", "chromium")
    return _fails(command, _DOWNLOAD_SECONDS, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=_CONNECT_MILLISECONDS)


def _install_debians() -> str | None:
    if not shutil.which("apt-get"):
        return "this system has no apt-get"
    if os.geteuid() != 0:
        return f"only root can install it (`sudo apt-get install {' '.join(_DEBIAN_PACKAGES)}`)"
    update = ("apt-get", "update")
    install = ("apt-get", "install", "--yes", "--no-install-recommends", *_DEBIAN_PACKAGES)
    return _fails(update, _DOWNLOAD_SECONDS) or _fails(install, _DOWNLOAD_SECONDS)


def _fails(command: tuple[str, ...], seconds: int, **environment: str) -> str | None:
    """None where it ends well; else the first line of what it said that names an error, or its last."""
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", **environment}
    try:
        done = subprocess.run(
            command, env=variables, capture_output=True, text=True, errors="replace", check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return f"not ready after {seconds} s"
    except OSError as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = (done.stdout + done.stderr).strip().splitlines()
    told = [line for line in lines if line.lower().startswith(("error", "e:"))]
    return next(iter(told), lines[-1] if lines else f"exit code {done.returncode}")


def main() -> int:
    """Provide one and say what was done; 1 where none can be had in CI."""
    found, line = provide_browser()
    print(f"set-up: browser: {line}", file=sys.stderr, flush=True)
    return 1 if found is None and is_required() else 0


if __name__ == "__main__":
    sys.exit(main())
