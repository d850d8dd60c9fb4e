"""Many documents of a collection copied into a few, so that reading all of them costs a few reads."""
