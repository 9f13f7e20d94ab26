"""Backups of the data: case files and documents, sealed as they are. The vault has a backup of its own."""
