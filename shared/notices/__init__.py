"""What an org's own people are told: alerts, their inbox, preferences and digests."""
