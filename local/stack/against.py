"""`python -m local.stack.against MODULE ARGUMENTS...`: runs a module's command against the local stack.

With PROJECT set, it runs against that Google Cloud project, with the caller's credentials.
"""

from __future__ import annotations

import os
import runpy
import sys

from local.deploy.target import settings_of
from local.stack.environment import client_environment
from local.stack.ports import PROJECT, Ports, is_listening, offset_from_environment


def main(arguments: list[str]) -> None:
    """Raises SystemExit without a module name or a running local stack."""
    if not arguments:
        raise SystemExit("usage: python -m local.stack.against MODULE ARGUMENTS...")
    point_environment_at(os.environ.get("PROJECT", ""))
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def point_environment_at(project: str) -> None:
    """Sets the variables for clients of `project`; an empty one or the local project means the local stack.

    Raises:
        SystemExit: the local stack isn't running.
    """
    if project and project != PROJECT:
        os.environ.update(settings_of(project))
        return
    ports = Ports(offset_from_environment())
    if not is_listening(ports.of("firestore")):
        raise SystemExit(f"no stack runs at PORT_OFFSET {ports.offset}: start one with `make up`, or give PROJECT=")
    os.environ.update(client_environment(ports))


if __name__ == "__main__":
    main(sys.argv[1:])
