"""One module per provider that delivers messages or files."""
