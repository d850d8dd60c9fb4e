"""Thin factories for Google Cloud clients, and what every room needs below them: settings, clock, logging."""
