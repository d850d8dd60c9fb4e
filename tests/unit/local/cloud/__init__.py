"""The local cloud servers, driven by the official clients."""
