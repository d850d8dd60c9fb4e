"""Generated docs of actions, made from the actions' own models."""
