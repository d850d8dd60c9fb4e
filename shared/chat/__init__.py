"""A sentence becomes a playbook: what was meant, what is missing, what is done, and what is answered."""
