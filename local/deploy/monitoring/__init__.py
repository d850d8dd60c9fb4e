"""What watches a deployed project: log-based metrics, alert policies, uptime checks, a dashboard, a quota."""
