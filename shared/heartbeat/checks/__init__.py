"""The checks: pure functions of the facts, a module a subject."""
