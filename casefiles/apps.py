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
        from casefiles.emergency import number_to_review as unseen
        from casefiles.forms.words import speak_plainly
        from casefiles.models import Role
        from casefiles.navigation import Item, Section, register
        from casefiles.recertification import number_waiting as teams_waiting

        principal.connect()
        speak_plainly()
        administrators = frozenset({Role.ADMINISTRATOR})
        workers = frozenset({Role.CASE_WORKER, Role.TEAM_LEAD})
        register(Item(Section.WORK, _("My dossiers"), "folder-open", "casefiles:dossiers", workers))
        register(Item(Section.WORK, _("Dossiers"), "folders", "casefiles:dossiers", frozenset(Role) - workers))
        load = Item(
            Section.WORK, _("My case load"), "handshake", "casefiles:case-load", workers, teams_waiting, urgent=True
        )
        register(load)
        officers = frozenset({Role.PRIVACY_OFFICER, Role.DATA_PROTECTION_OFFICER})
        knowing = workers | officers
        register(
            Item(Section.OVERSIGHT, _("Emergency access"), "siren", "casefiles:emergency", knowing, unseen, urgent=True)
        )
        register(Item(Section.OVERSIGHT, _("Access log"), "scroll-text", "casefiles:access-log", officers))
        register(Item(Section.OVERSIGHT, _("My own reading"), "eye", "casefiles:own-reading", workers))
        register(Item(Section.MANAGEMENT, _("Users and teams"), "users-round", "casefiles:people", administrators))
        register(Item(Section.MANAGEMENT, _("Import"), "import", "casefiles:imports", administrators))
        register(Item(Section.MANAGEMENT, _("Keys"), "key-round", "casefiles:keys", administrators))
