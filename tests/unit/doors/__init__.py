"""Tests of shared/doors."""
