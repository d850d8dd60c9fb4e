"""Playbooks: models, validation, templates and conditions. No I/O."""
