"""Packs: copies of many documents in a few, so that reading a whole collection takes a few reads."""
