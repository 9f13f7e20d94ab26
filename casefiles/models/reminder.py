"""Which reminders were mailed: each once, also when the task runs twice."""

from django.db import models

from casefiles.models.user import User


class Reminder(models.Model):
    """One mail to one person about one kind of waiting work, in the week that begins on `week`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    week = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind", "week"], name="one_reminder_a_week")]

    def __str__(self) -> str:
        return f"{self.kind} {self.week}"
