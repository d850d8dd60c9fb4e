"""Calls from other systems that start playbooks, and calls to other systems about what happened."""
