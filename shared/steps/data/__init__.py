"""Actions that read the org's documents."""
