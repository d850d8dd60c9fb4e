"""The agents' own checks: what they monitor in every org, and how they report changes."""
