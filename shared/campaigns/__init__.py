"""Campaigns: one message to any number of customers, sent page by page, at most once to each."""
