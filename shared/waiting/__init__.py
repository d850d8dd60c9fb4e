"""What parked runs wait for: an event, or somebody's decision. The documents, and how they are settled."""
