"""The stories, one TOML file per kind of dossier: hand-written, invented, harmless."""
