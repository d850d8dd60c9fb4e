"""What a run can do: one package per family of actions, one module per action, named after it."""
