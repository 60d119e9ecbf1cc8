"""A country of one's own: its files written as a template, and checked."""
