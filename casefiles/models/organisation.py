"""The organisation itself: one row, made by the set-up page or the demonstration."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about the organisation."""

    def current(self) -> "Organisation | None":
        """Return the organisation, or None on an installation that was not set up yet."""
        return self.first()


class Organisation(models.Model):
    """Who operates this installation; its name stands on every page, receipt and certificate."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "gemeente", _("municipality")
        PROVIDER = "aanbieder", _("youth-care provider")
        INSTITUTION = "gecertificeerde-instelling", _("certified institution")
        VEILIG_THUIS = "veilig-thuis", _("Veilig Thuis")
        HEALTH = "jgz", _("youth health care")
        RVDK = "rvdk", _("Child Care and Protection Board")
        ADOPTION = "vergunninghouder", _("adoption agency")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, choices=Kind.choices, blank=True, default="", db_default="")
    # Whether anyone may read the retention schedule without logging in.
    publishes_schedule = models.BooleanField(default=False, db_default=False)
    demonstration = models.BooleanField(default=False)
    # A care team is confirmed this often, or its access lapses.
    recertify_months = models.PositiveSmallIntegerField(default=12, db_default=12)
    emergency_minutes = models.PositiveSmallIntegerField(default=60, db_default=60)  # how long emergency access lasts
    access_log_years = models.PositiveSmallIntegerField(default=5, db_default=5)  # Stcrt 2019, 38007: five at least
    founded_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_organisation"),
            models.CheckConstraint(condition=models.Q(recertify_months__range=(1, 12)), name="recertify_within_a_year"),
            models.CheckConstraint(condition=models.Q(emergency_minutes__range=(5, 480)), name="emergency_is_short"),
            models.CheckConstraint(condition=models.Q(access_log_years__gte=5), name="access_log_five_years"),
        ]

    def __str__(self) -> str:
        return self.name


def operator_name() -> str:
    """Return the legal entity that receipts name: the organisation, or the setting before it is set up."""
    organisation = Organisation.objects.current()
    return organisation.name if organisation else settings.OPERATOR_NAME
