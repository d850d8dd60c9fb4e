"""The acts of the demo story, one module each; every act checks what it tells."""
