"""A message as people read it, and the channels that carry it."""
