"""Actions that watch competitors."""
