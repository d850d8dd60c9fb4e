"""Compares their prices with ours, and their menu with its earlier version."""
