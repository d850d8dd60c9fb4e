"""The local console: outbox, adjustable clock, injected faults, and a page that shows them."""
