"""What a command says: where it is, how it ends."""
