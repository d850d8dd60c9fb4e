"""`playbooks`, the command line for operators: runs, poison documents, erasing what is known of people."""
