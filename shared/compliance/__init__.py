"""Rules for contacting customers: consent, opt-outs, suppressed addresses, quiet hours, frequency."""
