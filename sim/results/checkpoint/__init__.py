"""A market in a folder: written whole, known by its digests, and taken up again by the same code only."""
