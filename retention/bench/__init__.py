"""The bench: an organisation of any size, made up, and how fast the pages are in it."""
