"""Outbound HTTP: to addresses that people and playbooks name (`fetch`), and to providers' APIs (`provider`)."""
