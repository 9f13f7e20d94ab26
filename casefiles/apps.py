"""Registers the case files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasefilesConfig(AppConfig):
    """What is kept, and who may see it."""

    name = "casefiles"
    verbose_name = _("Case files")
