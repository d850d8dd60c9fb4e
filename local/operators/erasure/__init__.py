"""Erasing a customer or a whole org, as GDPR and CCPA give people the right to."""
