"""Tests of firestore.rules with real tokens against the emulators."""
