"""The domain library of Playbooks: what a playbook is, when it runs, how it runs and what it can do."""
