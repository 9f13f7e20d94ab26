"""What a worker process of the bench does first; it imports no models, for Django is not set up before."""

import os

import django


def set_up() -> None:
    """Set Django up. What a crash of the machine loses is made again by the next run: commits need not wait."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connections

    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
