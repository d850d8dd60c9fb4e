"""A competitor's page, fetched as its site allows."""
