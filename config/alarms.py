"""Alarms by mail: once when a part has not been well for some minutes, once more when it is well again.

Who is dead cannot mail, and without the database nobody knows whom to mail: let something outside ask /healthz too.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.mailing import tell
from casefiles.models import Alarm, Role, User
from config import health

GRACE = timedelta(minutes=3)  # a restart is no alarm


def look() -> None:
    """Compare how every part is with the alarms that stand, and mail the administrators of what changed."""
    unwell = {part.code for part in health.parts() if not part.well}
    for code in unwell:
        Alarm.objects.get_or_create(part=code)
    overdue = Alarm.objects.filter(part__in=unwell, mailed_at=None, since__lt=timezone.now() - GRACE)
    for code in overdue.values_list("part", flat=True):
        if Alarm.objects.filter(part=code, mailed_at=None).update(mailed_at=timezone.now()):
            _mail(code, well=False)
    for alarm in Alarm.objects.exclude(part__in=unwell):
        with transaction.atomic():
            ended, _rows = Alarm.objects.filter(part=alarm.part).delete()
        if ended and alarm.mailed_at:
            _mail(alarm.part, well=True)


def _mail(code: str, *, well: bool) -> None:
    subject = _("Goed Vertrouwen: %(part)s works again") if well else _("Goed Vertrouwen: %(part)s does not work")
    text = (
        _("It works again. You need not do anything.")
        if well
        else _("Log in and open Health: it says what is wrong. The operator's guide says what each alarm means.")
    )
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    tell(administrators, str(subject) % {"part": code}, text)
