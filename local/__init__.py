"""What runs only on a developer's machine: stand-ins for Google's services and providers, set-up and the stack."""
