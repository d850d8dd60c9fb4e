"""Actions that reach people and other systems."""
