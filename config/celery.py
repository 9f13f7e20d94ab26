"""The Celery application. Tasks live in each app's tasks.py; the database is the queue, Redis only rings the bell."""

import os

# Celery reads this at import: SIGTERM then gives a running batch its time to finish (soft shutdown).
os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery

app = Celery("goed-vertrouwen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["casefiles", "retention", "retention.demonstration"])
