"""The people who work with the product. Nobody is superuser, and there is no Django admin."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in the organisation; the last four work on metadata and see no content."""

    CASE_WORKER = "case_worker", _("case worker")
    TEAM_LEAD = "team_lead", _("team lead")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    ADMINISTRATOR = "administrator", _("administrator")
    DATA_PROTECTION_OFFICER = "data_protection_officer", _("data protection officer")
    AUDITOR = "auditor", _("auditor")


class UserManager(BaseUserManager["User"]):
    """Makes people."""

    def enrol(self, username: str, name: str, role: Role, password: str | None = None) -> "User":
        """Make a person who can log in with `password`, or not yet when it is None."""
        user = self.model(username=username, name=name, role=role)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=Role.choices)
    email = models.EmailField(blank=True)
    # A registered professional who treats (BIG, SKJ): only they may be given what is under treatment secrecy.
    treating = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True)
    is_superuser = None  # nobody is: row-level security and four eyes would not hold for one
    shortcuts = models.BooleanField(default=True)
    # The columns of the list of dossiers that they chose; empty until they choose.
    columns = models.CharField(max_length=80, blank=True, default="", db_default="")

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
