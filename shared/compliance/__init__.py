"""What may be sent, and to whom: opt-outs and suppressed addresses."""
