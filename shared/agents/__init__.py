"""The agents: personas, choice of model, and calls to Claude."""
