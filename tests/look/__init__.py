"""Mails as pictures, for people to look at: `make look`."""
