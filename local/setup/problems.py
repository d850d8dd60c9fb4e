"""What set-up says when it cannot go on."""


class SetupError(Exception):
    """Something is missing or failed; the message is one line that says what and how to get it."""
