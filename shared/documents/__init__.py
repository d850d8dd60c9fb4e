"""Where documents are in Firestore that several rooms read or write."""
