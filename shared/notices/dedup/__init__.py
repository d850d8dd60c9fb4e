"""What an org's people were told, so that several playbooks, and the heartbeat, say the same thing once."""
