"""The catalog of actions as a page for people: made from the actions' own models, so that it cannot differ."""
