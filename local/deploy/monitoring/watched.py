"""The monitoring resources in words, for the printed plan."""

from __future__ import annotations

from local.deploy.monitoring.metrics import METRICS
from local.deploy.monitoring.policies import CHECKS, POLICIES

WATCHED = (
    *(f"log-based metric {one.id}: {one.description}" for one in METRICS),
    "notification channel: mail to ALERT_EMAIL, where that is set",
    *(f"alert policy: {one.title}" for one in POLICIES),
    *(f"uptime check: {one.title}, at {one.path}" for one in CHECKS),
    "dashboard Playbooks in Cloud Monitoring",
)
