"""Tests of shared/agents and of the actions that ask Claude."""
