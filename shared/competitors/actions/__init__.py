"""Competitive actions: what a finding suggests, its drafts, and what a person decides."""
