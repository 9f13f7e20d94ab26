"""The embedded PostgreSQL and Redis: the first one in starts them, the last one out stops them."""
