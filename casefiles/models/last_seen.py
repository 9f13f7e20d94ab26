"""When each process of the product last showed a sign of life, and which alarms stand: no part of it is personal."""

from django.db import models


class LastSeen(models.Model):
    """The last sign of life of the worker or of beat, or the last time that a drill was done."""

    class Part(models.TextChoices):
        WORKER = "worker"
        BEAT = "beat"
        DRILL = "drill"

    part = models.CharField(max_length=10, primary_key=True, choices=Part.choices)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.part} {self.at}"


class Alarm(models.Model):
    """A part that is not well since a moment; mailed once, and once more when it is well again."""

    part = models.CharField(max_length=10, primary_key=True)
    since = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.part} since {self.since}"
