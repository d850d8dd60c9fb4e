"""What makes a schedule's slots come: a job of Cloud Scheduler, or tasks, each made when the one before starts."""

from __future__ import annotations

from enum import StrEnum


class Carrier(StrEnum):
    """Of all schedules of a playbook."""

    JOB = "job"
    TASK = "task"
