"""How long it is kept, how it ends, and how that is proven."""
