"""`python -m shared.quarantine.command`: lists what is quarantined and why; with an entry's id, retries it."""

from __future__ import annotations

import argparse
import sys

from shared.gcp import clients
from shared.gcp.settings import SettingsError, settings
from shared.quarantine import entries
from shared.quarantine.entries import Entry

PUBLISH_TIMEOUT_SECONDS = 20
ALL = "all"


def release(entry_id: str, entry: Entry) -> None:
    """Forget the entry; a message goes back to its topic before that: nothing else holds it."""
    if entry.payload is not None:
        publisher = clients.publisher()
        topic = publisher.topic_path(settings().project, entry.path.partition("/")[0])
        publisher.publish(topic, entry.payload).result(PUBLISH_TIMEOUT_SECONDS)
    entries.forget(entry_id)


def run(arguments: list[str] | None = None) -> int:
    """Parse `arguments` (default: the command line's), do it, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m shared.quarantine.command",
        description="List the documents that workers failed with, or have one tried again.",
    )
    parser.add_argument("--org", default="", help="only this org's")
    parser.add_argument("--release", default="", metavar="ID", help=f"an entry's id, or '{ALL}' of those listed")
    options = parser.parse_args(arguments)
    try:
        found = entries.listed(options.org or None)
        if options.release:
            return _release(found, options.release)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{_line(*one)}\n" for one in found) or "nothing is in quarantine\n")
    return 0


def _release(found: list[tuple[str, Entry]], wanted: str) -> int:
    released = [(entry_id, entry) for entry_id, entry in found if wanted in (entry_id, ALL)]
    if not released and wanted != ALL:
        sys.stderr.write(f"RELEASE: found {wanted!r}; expected the id of an entry that is listed, or '{ALL}'\n")
        return 1
    for entry_id, entry in released:
        release(entry_id, entry)
    sys.stdout.write(f"{len(released)} released\n")
    return 0


def _line(entry_id: str, entry: Entry) -> str:
    return (
        f"{entry_id}  {entry.status}  {entry.failures} failures, last {entry.last_failed_at:%Y-%m-%d %H:%M}Z  "
        f"{entry.worker}  {entry.path}\n    {entry.reason}"
    )


if __name__ == "__main__":
    sys.exit(run())
