"""Tests of the HTML mail."""
