"""Processes of functions get ports that no other one has, of this stack or of another one beside it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from local.setup.paths import NODE_PACKAGE

PRELOADED = Path(__file__).parents[4] / "local" / "stack" / "function_ports.cjs"
# The emulator's own call, ten times at once; the process stays until its input ends, and so owns its block.
ASKS = """
const portfinder = require("portfinder");
const asked = Array.from({ length: 10 }, (_, i) => portfinder.getPortPromise({ port: 8081 + i }));
Promise.all(asked).then((ports) => { console.log(JSON.stringify(ports)); process.stdin.resume(); });
"""


def test_no_two_functions_of_two_stacks_get_the_same_port() -> None:
    command = ["node", "--require", str(PRELOADED), "-e", ASKS]
    stacks = [
        subprocess.Popen(command, cwd=NODE_PACKAGE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        given = [json.loads(stack.stdout.readline()) for stack in stacks if stack.stdout is not None]
    finally:
        for stack in stacks:
            stack.kill()
            stack.communicate()
    ports = [port for one in given for port in one]
    assert len({*ports}) == 20
    assert all(61_000 < port < 65_500 for port in ports)
