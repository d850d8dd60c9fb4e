"""What every HTTP door does: authenticate, parse the body, answer problems as RFC 9457 says."""
