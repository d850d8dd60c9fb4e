"""Addresses of other systems that an org has subscribed to what happens, and what is sent to them."""
