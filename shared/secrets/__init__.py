"""An org's secrets for other systems: `{{secrets.NAME}}` in a playbook, the value in Secret Manager."""
