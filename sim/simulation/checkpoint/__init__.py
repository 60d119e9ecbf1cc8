"""What a market must keep to go on another day, apart from its scenario: every part answers for itself."""
