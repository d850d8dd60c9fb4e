"""Tests of the console: its API, its page and how it is served."""
