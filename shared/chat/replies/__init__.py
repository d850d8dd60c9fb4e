"""What is said: the copy of every reply."""
