"""Monitoring of a deployed project: log-based metrics, alert policies, uptime checks, dashboard, quota."""
