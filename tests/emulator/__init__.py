"""Tests of the library against real Firestore, Pub/Sub and Auth emulators, with no function running."""
