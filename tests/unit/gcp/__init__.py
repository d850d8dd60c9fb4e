"""Tests of shared/gcp."""
