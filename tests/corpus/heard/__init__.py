"""What people say to the chat and what may come of it: an evaluation corpus with whole talks.

Half of it (`heldout/`) is not to be looked at by whoever changes the chat: only its shares are printed. The other
half (`open/`) may be, and so may the cases that people reported (`given/`). `README.md` has the notation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from shared.api.principal import Role

FOLDER = Path(__file__).parent
TALKS = FOLDER.parent / "talks"
Half = Literal["open", "heldout", "given"]
Accepted = str | dict[str, Any]
"""An outcome that is right: `ask…`, `said…`, `cannot…`, `nothing`, or a reading."""
OUTCOMES = ("ask", "said", "cannot", "nothing")
READING = frozenset(
    {
        *("act", "count", "topic", "when", "events", "channels", "recipients", "competitors", "products"),
        *("exclusions", "segment", "threshold", "playbook", "name", "has", "lacks", "unread", "steps", "both"),
    }
)


@dataclass(frozen=True)
class Sentence:
    """Something said, perhaps after something else, and the outcomes that are right."""

    say: str
    kind: str
    group: str
    half: Half
    expected: tuple[Accepted, ...]
    after: tuple[str, ...] = ()
    role: Role = "owner"


@dataclass(frozen=True)
class Turn:
    """One message of a talk. `has` and `lacks` are words of the reply."""

    say: str
    expected: tuple[Accepted, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class WholeTalk:
    """A conversation. `source` is `given` for those that people reported."""

    name: str
    turns: tuple[Turn, ...]
    role: Role = "owner"
    source: str = "own"


def sentences(*halves: Half) -> list[Sentence]:
    """The sentences of these halves, of all for none.

    Raises:
        ValueError: one is not in the notation.
    """
    found = []
    for half in halves or get_args(Half):
        for path in sorted((FOLDER / half).glob("*.yaml")):
            file = yaml.safe_load(path.read_text(encoding="utf-8"))
            for item in file["sentences"]:
                fields = {"kind": file["kind"], "group": file["group"], "half": half, **item}
                fields["expected"] = _accepted(fields["expected"], fields["say"])
                fields["after"] = tuple(fields.get("after", ()))
                found.append(Sentence(**fields))
    return found


def talks() -> list[WholeTalk]:
    """All of them.

    Raises:
        ValueError: one is not in the notation.
    """
    found = []
    for path in sorted(TALKS.glob("*.yaml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")):
            turns = tuple(
                Turn(
                    turn["say"],
                    _accepted(turn.get("expected", []), turn["say"]),
                    tuple(turn.get("has", ())),
                    tuple(turn.get("lacks", ())),
                )
                for turn in item["turns"]
            )
            found.append(WholeTalk(**{**item, "turns": turns}))
    return found


def _accepted(expected: list[Accepted], say: str) -> tuple[Accepted, ...]:
    for one in expected:
        if isinstance(one, str):
            if one.partition(":")[0] not in OUTCOMES:
                raise ValueError(f"{say!r}: found {one!r}; expected one of {OUTCOMES}, or a reading")
        elif unknown := one.keys() - READING:
            raise ValueError(f"{say!r}: found {sorted(unknown)} in a reading; expected {sorted(READING)}")
        else:
            _accepted(list(one.get("both", [])), say)
    return tuple(expected)
