"""The agents' own rounds: what they look after in every org, and what they say when something changed."""
