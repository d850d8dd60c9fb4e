"""One bad document never stops the others: it is logged, counted, and after three failures passed over."""
