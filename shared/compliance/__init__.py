"""What may be sent to a customer, and when: consent, opt-outs, suppressed addresses, hours, frequency."""
