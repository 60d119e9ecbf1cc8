"""Which numbers may be quoted from a small run, and which are of another size there."""
