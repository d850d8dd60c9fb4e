"""What the agents write, sort, read out and check: by Claude where a key is set, else computed."""
