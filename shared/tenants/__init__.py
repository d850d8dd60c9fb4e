"""The orgs: their documents, and later their tiers, catalog playbooks and usage."""
