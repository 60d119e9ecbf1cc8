"""What ``from sim import ...`` gives, and no command needs: the market and its results, and functions of whole runs."""
