"""Fetches competitors' pages as their sites allow."""
