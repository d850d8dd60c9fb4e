"""Fair shares: how many runs of an org go at once and in a minute, and what is over that waits for its turn."""
