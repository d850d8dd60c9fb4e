"""The demo org and its story."""
