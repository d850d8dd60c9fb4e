"""Actions on the org's documents."""
