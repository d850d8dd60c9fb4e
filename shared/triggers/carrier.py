"""What triggers a schedule's slots: a Cloud Scheduler job, or tasks that each create the next one."""

from __future__ import annotations

from enum import StrEnum


class Carrier(StrEnum):
    """Applies to all of a playbook's schedules."""

    JOB = "job"
    TASK = "task"
