"""A sentence becomes a playbook, a change of one, an answer or a question; every word of it is accounted for."""
