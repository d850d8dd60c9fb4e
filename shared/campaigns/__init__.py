"""Campaigns: one message to customers in any number, page by page, each customer at most once."""
