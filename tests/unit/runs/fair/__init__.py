"""Tests of the limits that hold runs back."""
