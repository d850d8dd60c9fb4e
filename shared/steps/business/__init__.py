"""Actions that leave work for people to decide on and do."""
