"""Tests of what stands in locally for the cloud and the providers."""
