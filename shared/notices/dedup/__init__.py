"""Deduplication across playbooks and the heartbeat: each fact is reported once."""
