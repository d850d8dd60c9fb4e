"""All tests of Playbooks."""
