"""`playbooks`, the operators' command line: runs, poison documents, erasing personal data."""
