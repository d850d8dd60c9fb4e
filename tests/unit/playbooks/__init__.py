"""What a playbook is: cron lines, expressions, templates, models, validation."""
