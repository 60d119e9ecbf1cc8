"""Experiments: one folder per question, run as ``python -m experiments.<name>``."""

import sim  # noqa: F401  (what it does about a Ctrl-C while modules load holds here too)
