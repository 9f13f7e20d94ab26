"""Object permissions: django-guardian's direct-foreign-key models, each with an end, a reason and a giver.

guardian's generic tables are never used (their rows would outlive the dossier); an expired grant does not count
at query time, which is casefiles/access.py's to say and not guardian's backend's.

`last_change_on` repeats the dossier's own (a trigger keeps it), so that one index gives a person's newest dossiers.
"""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from casefiles.models.cascade import DatabaseForeignKey


class Grant(models.Model):
    """What every grant carries beside who, what and on which."""

    until = models.DateTimeField()
    # The end that was asked for, where the team must be confirmed before it; empty: as long as it is confirmed.
    wanted_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)
    granted_by = models.ForeignKey(
        "casefiles.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"grant {self.pk}"


class DossierUserGrant(Grant, UserObjectPermissionBase):
    """A person's permission on one dossier."""

    content_object = models.ForeignKey(
        "casefiles.Dossier",
        models.DO_NOTHING,
        db_constraint=False,
        db_column="dossier_id",
        related_name="user_grants",
    )

    last_change_on = models.DateField(editable=False, null=True)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
        constraints = [DatabaseForeignKey(field="content_object", name="casefiles_usergrant_of_dossier")]
        indexes = [models.Index(fields=["user", "-last_change_on", "content_object"], name="usergrant_by_change")]


class DossierGroupGrant(Grant, GroupObjectPermissionBase):
    """A group's (team's) permission on one dossier."""

    content_object = models.ForeignKey(
        "casefiles.Dossier",
        models.DO_NOTHING,
        db_constraint=False,
        db_column="dossier_id",
        related_name="group_grants",
    )

    last_change_on = models.DateField(editable=False, null=True)

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()
        constraints = [DatabaseForeignKey(field="content_object", name="casefiles_groupgrant_of_dossier")]
        indexes = [models.Index(fields=["group", "-last_change_on", "content_object"], name="groupgrant_by_change")]


class TeamUserGrant(Grant, UserObjectPermissionBase):
    """A person's permission on all dossiers of a team."""

    content_object = models.ForeignKey("casefiles.Team", models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


class TeamGroupGrant(Grant, GroupObjectPermissionBase):
    """A group's permission on all dossiers of a team."""

    content_object = models.ForeignKey("casefiles.Team", models.CASCADE, related_name="group_grants")

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()
