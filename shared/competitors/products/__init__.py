"""Which product is which: names, sizes and matching."""
