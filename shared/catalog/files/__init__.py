"""The playbooks that the product brings: a JSON file each, and how they are read."""
