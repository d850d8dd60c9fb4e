"""What an org has used, may use and pays."""
