"""Their prices against ours, and their menu against what it was."""
