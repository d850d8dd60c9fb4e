"""The playbooks of each tier, and the orgs that have them."""
