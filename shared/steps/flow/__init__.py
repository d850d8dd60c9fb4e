"""Control flow and plain data."""
