"""Tiers, limits, usage, budgets and charges of orgs."""
