"""A country: what is published of it, who lives there, and who of them registers."""
