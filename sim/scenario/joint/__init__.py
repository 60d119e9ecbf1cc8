"""How the traits of adults go together, from margins that are published: the nearest distribution that has them."""
