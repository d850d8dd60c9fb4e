"""What the conversation is made of: sessions, typed questions, confirmations, changes, undo."""
