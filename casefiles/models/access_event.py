"""The access log (NEN 7513): append-only, partitioned by month, without content. It outlives dossier and staff."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccessEvent(models.Model):
    """One line: who did what to which dossier, when, from where, on what ground, and whether it was allowed."""

    class Action(models.TextChoices):
        LOGIN = "login", _("logged in")
        LOGOUT = "logout", _("logged out")
        PASSWORD = "password", _("changed the password")
        OPEN = "open", _("opened a dossier")
        IMPORT = "import", _("imported a dossier")
        READ = "read", _("read")
        REVEAL = "reveal", _("saw the BSN")
        REASON = "reason", _("gave a reason for reading")
        PRINT = "print", _("printed")
        EXPORT = "export", _("exported")
        CHANGE = "change", _("changed")
        CLOSE = "close", _("closed")
        REOPEN = "reopen", _("reopened")
        SEARCH = "search", _("searched")
        DOWNLOAD = "download", _("downloaded")
        GRANT = "grant", _("granted access")
        REVOKE = "revoke", _("withdrew access")
        CONFIRM = "confirm", _("confirmed the care team")
        SUBSTITUTE = "substitute", _("arranged a substitution")
        EMERGENCY = "emergency", _("used emergency access")
        REVIEW = "review", _("reviewed emergency access")
        PEOPLE = "people", _("changed people or teams")
        SESSION = "session", _("ended or changed a session")
        HOLD = "hold", _("placed a hold")
        LIFT = "lift", _("lifted a hold")
        APPROVE = "approve", _("approved destruction")
        WITHDRAW = "withdraw", _("took a decision back")
        EXEMPT = "exempt", _("exempted from destruction")
        START = "start", _("started a destruction list")
        HALT = "halt", _("stopped a destruction list")
        DESTROY = "destroy", _("destroyed")

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    class Basis(models.TextChoices):
        """On what ground somebody may see this dossier: the ground of authorisation."""

        TEAM = "team", _("care team")
        SUBSTITUTION = "substitution", _("substitution")
        WHOLE_TEAM = "whole_team", _("reads the whole team")
        EMERGENCY = "emergency", _("emergency access")
        ROLE = "role", _("role that sees no content")

    pk = models.CompositePrimaryKey("id", "occurred_at")
    id = models.UUIDField()
    occurred_at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=12, choices=Action.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=30)
    dossier_id = models.UUIDField(null=True)
    ground = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=20, choices=Basis.choices, blank=True)
    address = models.GenericIPAddressField(null=True)  # the network access point
    detail = models.JSONField(default=dict)

    class Meta:
        managed = False  # partitioned by month: the migration writes the table
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.action} {self.outcome} {self.occurred_at:%Y-%m-%d %H:%M}"
