"""Actions that create work for people: suggestions, drafts and tasks."""
