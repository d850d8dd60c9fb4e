"""Erasure of a customer or a whole org, as required by GDPR and CCPA."""
