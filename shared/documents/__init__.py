"""The documents in Firestore that several rooms read or write: models, paths, loading and writing."""
