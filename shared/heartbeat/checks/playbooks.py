"""Playbooks: those that should have run and didn't, and permanently failed runs nobody has handled."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.documents.dead_letters import DeadLetter
from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.playbooks.secret_names import WHERE_SET
from shared.values.words import counted, moment_words

LATE_AFTER = timedelta(minutes=30)
"""The sweep catches up on missed runs within minutes; later than this, it couldn't."""
OPEN_FOR = timedelta(days=1)
"""The failure itself was reported when it happened."""
OPEN_LEVELS = (1, 5, 20)
MOST_FIELDS = 5
"""Named per playbook."""


def playbooks_not_run(facts: CheckInputs) -> list[Finding]:
    """Schedules more than 30 minutes late, and dead letters open for a day; worse if there are many."""
    zone = ZoneInfo(facts.timezone)
    late = [
        Finding(
            key=key_of("late", playbook.playbook_id, playbook.due_at.isoformat()),
            severity="critical",
            title=f"“{playbook.name}” didn't run",
            body=f"It was due at {moment_words(playbook.due_at.astimezone(zone))}.",
        )
        for playbook in facts.late_playbooks
        if facts.now - playbook.due_at > LATE_AFTER
    ]
    letters: defaultdict[str, list[DeadLetter]] = defaultdict(list)
    for letter in facts.dead_letters:
        if facts.now - letter.created_at >= OPEN_FOR:
            letters[letter.playbook_id].append(letter)
    return [
        *late,
        *(
            _lying(facts.playbook_names.get(playbook_id), found, playbook_id)
            for playbook_id, found in sorted(letters.items())
        ),
    ]


def keys_in_playbooks(facts: CheckInputs) -> list[Finding]:
    """Keys and passwords in plain text in playbooks; reported again if a playbook has more of them."""
    return [
        Finding(
            key=key_of("key", found.playbook_id),
            severity="warning",
            level=len(found.fields),
            title=f"“{found.name}” holds {counted(len(found.fields), 'key or password', 'keys or passwords')}",
            body=(
                f"Editors can read it at {', '.join(found.fields[:MOST_FIELDS])}. Add it under {WHERE_SET}, have "
                "the playbook name that secret instead, and replace the old key. The playbook runs on until then."
            ),
        )
        for found in facts.keys_in_playbooks
    ]


def _lying(name: str | None, letters: list[DeadLetter], playbook_id: str) -> Finding:
    newest = max(letters, key=lambda letter: letter.created_at)
    runs = counted(len(letters), "failed run")
    return Finding(
        key=key_of("dead", playbook_id),
        severity="warning",
        level=sum(len(letters) >= limit for limit in OPEN_LEVELS),
        title=f"{f'“{name}”' if name else 'A playbook'} has {runs} to retry or dismiss",
        body=f"The latest error: {newest.error}" if newest.error else "",
    )
