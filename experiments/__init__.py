"""Experiments: one folder per question, run as ``python -m experiments.<name>``."""
