"""One-time links, and what keeps a login from being guessed. No token is stored: only its digest."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone

from casefiles.models.user import User

VALID_FOR = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def invite(self, user: User) -> str:
        """Make a one-time link's token for a person, ending the earlier ones, and return it once."""
        token = secrets.token_urlsafe(32)
        self.filter(user=user, used_at=None).delete()
        self.create(user=user, digest=digest(token), expires_at=timezone.now() + VALID_FOR)
        return token

    def valid(self, token: str) -> "Invitation | None":
        """Return the invitation of a token that was not used and has not expired."""
        return self.filter(digest=digest(token), used_at=None, expires_at__gt=timezone.now()).first()


def digest(token: str) -> str:
    """Return the digest under which a token is known."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(models.Model):
    """A link with which one person chooses a password, once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"invitation of {self.user_id}"


class LoginFailure(models.Model):
    """A failed login, by a digest of who and from where; kept as long as it slows a guesser down."""

    digest = models.CharField(max_length=64)
    failed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["digest", "failed_at"], name="login_failure")]

    def __str__(self) -> str:
        return f"failure at {self.failed_at}"
