"""What a menu was at a time, kept in Firestore."""
