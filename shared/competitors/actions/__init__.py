"""Competitive actions: what a rule match suggests, its drafts, and people's decisions."""
