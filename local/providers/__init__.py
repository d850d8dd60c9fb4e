"""Stand-ins for external providers (email, SMS, Slack, Drive, Claude, menus) with real wire formats."""
