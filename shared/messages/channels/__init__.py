"""One module for each provider that carries a message or a file."""
