"""Tests of shared/webhooks."""
