"""Fast tests without an emulator, one package for each room of the house."""
