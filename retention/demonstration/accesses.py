"""What the demonstration shows of access: notes under treatment secrecy, and two uses of emergency access.

All of it through the product's own doors, once; a demonstration of a few dossiers may lack what it is about.
"""

from datetime import timedelta

from django.utils import timezone

from casefiles import access, emergency, lifecycle, unusual
from casefiles.access import Ability, permission
from casefiles.emergency import Plea
from casefiles.membership import Reason
from casefiles.models import Dossier, DossierUserGrant, EmergencyAccess, Entry, User

Why, Verdict = EmergencyAccess.Reason, EmergencyAccess.Verdict

TREATS = "worker7"
SECRETS = (
    "Derde sessie EMDR. Nare beelden zijn minder fel; slaapt beter sinds vorige week. Volgende sessie over twee weken.",
    "Huiswerk van de sessie besproken. Vertelt voor het eerst zelf wat er thuis gebeurde; wil dat niemand dit leest.",
)
# Who took access to a dossier of which case worker, why, in what words, and what the privacy officer made of it.
TAKEN = (
    ("worker5", "worker3", Why.MISSING, "Politie belt: vermist sinds gisteravond. Niemand van Oost neemt op.", True),
    (
        "worker3",
        "worker1",
        Why.CRISIS,
        "Melding via de crisisdienst, vannacht. Ik moet het veiligheidsplan zien.",
        False,
    ),
)


def happen() -> None:
    """Let it happen, and count what is unusual in the log so far."""
    for worker in ("worker1", TREATS):
        _treat(worker)
    if not EmergencyAccess.objects.exists():
        for by, whose, why, words, reviewed in TAKEN:
            _take(by, whose, Plea(why, words), reviewed=reviewed)
    unusual.count(timezone.localdate())


def _led_by(username: str) -> Dossier | None:
    """Return an open dossier that this person leads."""
    leads = DossierUserGrant.objects.filter(user__username=username, permission=permission(Ability.LEAD))
    open_ones = Dossier.objects.filter(status=Dossier.Status.OPEN, pk__in=leads.values("content_object"))
    return open_ones.order_by("reference").first()


def _treat(worker: str) -> None:
    """Let the professional treat in a dossier of this worker, and write what only who treats may read."""
    dossier = _led_by(worker)
    if dossier is None or Entry.objects.filter(dossier=dossier, treatment_secret=True).exists():
        return
    User.objects.filter(username=TREATS).update(treating=True)
    treats, until = User.objects.get(username=TREATS), timezone.now() + timedelta(days=180)
    access.grant(treats, Ability.TREAT, dossier, until=until, reason=Reason.TREATS, by=_user(worker))
    for weeks, text in enumerate(SECRETS):
        day = max(timezone.localdate() - timedelta(weeks=2 - weeks), dossier.opened_on)
        new = lifecycle.NewEntry(day, "contact", "statement", False, text, treatment_secret=True)
        lifecycle.add_entry(dossier, new, by=treats)


def _take(by: str, whose: str, plea: Plea, *, reviewed: bool) -> None:
    dossier, taker = _led_by(whose), _user(by)
    if dossier is None or access.can(taker, Ability.READ, dossier):
        return
    used = emergency.use(dossier.reference, plea, by=taker)
    if reviewed:
        emergency.stop(used, by=taker)
        emergency.review(
            used, Verdict.JUSTIFIED, "Terecht: er was haast en niemand was bereikbaar.", by=_user("privacy")
        )


def _user(username: str) -> User:
    return User.objects.get(username=username)
