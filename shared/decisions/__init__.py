"""What a person decides: approvals of runs, and suggestions of agents."""
