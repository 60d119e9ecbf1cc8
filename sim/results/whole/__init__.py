"""The whole country from those simulated: totals times the weight, and how much one run tells of it."""
