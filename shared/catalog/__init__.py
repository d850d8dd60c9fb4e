"""The playbooks of each tier, and their assignment to orgs."""
