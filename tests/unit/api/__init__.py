"""Tests of shared/api."""
