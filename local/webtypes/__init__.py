"""Generates the dashboard's TypeScript types from the product's models."""
