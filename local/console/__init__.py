"""The local console: what reached the providers, the movable clock, injected faults, and a page that shows them."""
