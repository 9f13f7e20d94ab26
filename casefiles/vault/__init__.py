"""The keys: an app of its own in a database of its own. It knows no dossier but by its id."""
