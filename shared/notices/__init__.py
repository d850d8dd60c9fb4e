"""Notices to an org's own people: alerts, inbox, preferences and digests."""
