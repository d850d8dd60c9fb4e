"""Another task system doing exactly this product's work, beside it, on the same machine in the same minutes."""
