"""`python -m local.demo`: the story of the Competitor Price Alert, on its own stack, with every step checked."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import httpx

from local.demo.acts.ladder import DELAYS_SECONDS
from local.demo.narrator import Narrator
from local.demo.story import tell
from local.demo.story_error import StoryError
from local.setup.problems import SetupError
from local.stack.ports import free_offset
from local.stack.processes import StackError
from local.stack.running import running_stack

RETRY_DELAYS_SECONDS = ",".join(map(str, DELAYS_SECONDS))
"""Fixed for the story, whatever the caller's environment says."""


def main() -> int:
    """Runs the story; returns 0 if everything happened."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    say = Narrator(sys.stdout)
    say.title("Playbooks: the Competitor Price Alert, from a sentence to a delivered email")
    say.details(["Starting Firebase's emulators, Cloud Tasks, Cloud Scheduler and Secret Manager (about 15 s) …"])
    try:
        _tell_on_a_stack(say)
    except StoryError as error:
        say.failed(str(error), error.found)
        return 1
    except (StackError, SetupError, httpx.HTTPError) as error:
        say.failed("the stack doesn't work", str(error))
        return 1
    except KeyboardInterrupt:
        say.end("Stopped.")
        return 130
    say.end("Everything worked, and everything we started is stopped. `make up` keeps a stack to play with.")
    return 0


def _tell_on_a_stack(say: Narrator) -> None:
    offset = free_offset()
    os.environ["PORT_OFFSET"] = str(offset)
    with running_stack(offset, environment={"RETRY_DELAYS_SECONDS": RETRY_DELAYS_SECONDS}) as stack:
        os.environ.update(stack.env)
        tell(stack, say)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
