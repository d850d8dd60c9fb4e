"""The acts of the demo story, one module each; every act verifies what it shows."""
