"""Installs the dashboard's packages and builds it into web/dist for Hosting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from local.setup.once import digest, is_current, one_at_a_time, run, say
from local.setup.paths import WEB

_PACKAGES = ("package.json", "package-lock.json", ".npmrc")
_CONFIGURATION = (*_PACKAGES, "index.html", "tsconfig.json", "vite.config.ts")
_SOURCES = ("public", "src")
_TESTS = (".test.ts", ".test.tsx")


def install_packages(web: Path = WEB) -> None:
    """Updates web/node_modules from the lock.

    Raises:
        SetupError: npm failed; the message has its last lines.
    """
    stamp = web / "node_modules" / ".setup-stamp"
    wanted = digest(web, _PACKAGES)
    if is_current(stamp, wanted):
        return
    say("installing the dashboard's packages into web/node_modules/")
    # Install scripts aren't needed: Vite and Biome ship platform packages.
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci in web/", web)
    stamp.write_text(wanted)


def build(web: Path = WEB) -> None:
    """Updates web/dist from the sources.

    Raises:
        SetupError: the build failed; the message has its last lines.
    """
    stamp = web / "dist" / ".setup-stamp"
    wanted = digest(web, _inputs(web))
    if is_current(stamp, wanted):
        return
    say("building the dashboard into web/dist/")
    run(["npm", "run", "--silent", "build"], "the dashboard's build", web)
    stamp.write_text(wanted)


def provide_dashboard() -> None:
    """Updates packages and build; stacks call this so that none serves an old dashboard."""
    with one_at_a_time():
        install_packages()
        build()


def _inputs(web: Path) -> Iterator[str]:
    yield from _CONFIGURATION
    for folder in _SOURCES:
        for path in sorted((web / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(_TESTS):
                yield path.relative_to(web).as_posix()
