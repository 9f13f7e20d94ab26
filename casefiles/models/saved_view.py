"""Views of the dossier list that a person saved under a name."""

from django.db import models

from casefiles.models.user import User


class SavedView(models.Model):
    """A filter and sort order as a query string; it holds no personal data (text searches are not saved)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name
