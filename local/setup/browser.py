"""`python -m local.setup.browser`: provides Chromium for dashboard tests and pictures.

The first that runs is used: `CHROME_BIN`, one on PATH, Playwright's own, Playwright's download, Debian's
package (as root). Without one, browser tests are skipped, but fail in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local.setup.paths import venv_python

# A headless shell needs a third of a full browser's CPU time.
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
    """An installed, working Chromium, or None."""
    return next(filter(_runs, _candidates()), None)


def is_required() -> bool:
    """Whether a browser is required: in CI, where nobody notices skipped tests."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def provide_browser() -> tuple[Path | None, str]:
    """A Chromium, installed if needed, and a line that says what was done."""
    found = find_browser()
    if found:
        return found, f"using {found}"
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
    """Whether it starts: downloads may lack system libraries, and Ubuntu's package is only a pointer to snap."""
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
    """None on success, otherwise the first output line that names an error, or the last one."""
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
    """Provides a browser and reports it; returns 1 if there is none in CI."""
    found, line = provide_browser()
    print(f"set-up: browser: {line}", file=sys.stderr, flush=True)
    return 1 if found is None and is_required() else 0


if __name__ == "__main__":
    sys.exit(main())
