"""Setup errors."""


class SetupError(Exception):
    """Something is missing or failed; the message is one line that says what and how to get it."""
