"""The Model Context Protocol server: tools for an org's playbooks, runs and figures."""
