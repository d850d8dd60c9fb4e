"""What agents reach through the Model Context Protocol: tools over an org's playbooks, runs and figures."""
