"""What an org's people were told of competitors' prices, so that several playbooks say the same thing once."""
