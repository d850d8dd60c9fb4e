"""Starts and stops everything that runs locally: the Firebase emulators, the local cloud servers, the console."""
