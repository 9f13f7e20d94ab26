"""Registers the case files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasefilesConfig(AppConfig):
    """What is kept, and who may see it."""

    name = "casefiles"
    verbose_name = _("Case files")

    def ready(self) -> None:
        """Let requests say who asks and forms speak plainly; put our pages in the navigation, in a person's order."""
        from casefiles import principal
        from casefiles.forms.words import speak_plainly
        from casefiles.models import Role
        from casefiles.navigation import Item, Section, register

        principal.connect()
        speak_plainly()
        administrators = frozenset({Role.ADMINISTRATOR})
        workers = frozenset({Role.CASE_WORKER, Role.TEAM_LEAD})
        register(Item(Section.WORK, _("My dossiers"), "folder-open", "casefiles:dossiers", workers))
        register(Item(Section.WORK, _("Dossiers"), "folders", "casefiles:dossiers", frozenset(Role) - workers))
        register(Item(Section.MANAGEMENT, _("Users and teams"), "users-round", "casefiles:people", administrators))
        register(Item(Section.MANAGEMENT, _("Import"), "import", "casefiles:imports", administrators))
        register(Item(Section.MANAGEMENT, _("Keys"), "key-round", "casefiles:keys", administrators))
