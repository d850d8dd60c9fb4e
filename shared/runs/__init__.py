"""How a run happens: start, claim, engine, checkpoints, retry ladder, dead letters, sweep."""
