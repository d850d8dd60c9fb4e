"""Clients of Google Cloud services, and what every package needs: settings, clock, logging."""
