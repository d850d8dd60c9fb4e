"""Small value types with their parsing and printing."""
