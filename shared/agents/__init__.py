"""The agents: who they are, which model they ask, and how Claude is asked."""
