"""Outbound HTTP to addresses that people and playbooks name: address rules, size and time limits."""
