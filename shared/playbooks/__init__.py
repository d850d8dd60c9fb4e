"""What a playbook is: models, validation, templates and conditions. Pure: no I/O."""
