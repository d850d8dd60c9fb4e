"""Outbound HTTP: to addresses named by people and playbooks (`fetch`), and to providers' APIs (`provider`)."""
