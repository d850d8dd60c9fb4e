"""The checks: pure functions of their inputs, one module per subject."""
