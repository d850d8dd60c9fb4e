"""Triggers: reconciles jobs and listeners with playbooks, and dispatches events."""
