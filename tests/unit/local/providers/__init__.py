"""Tests of the provider stand-ins, with the providers' own clients where there are any."""
