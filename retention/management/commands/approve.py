"""approve LIST --as USER: agree to a destruction list, after exempting what must stay."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casefiles.models import User
from retention import decisions, lists
from retention.management.acting import acting_user, named_list
from retention.models import DestructionList, ListItem
from retention.states import ListState


class Command(BaseCommand):
    """Approve at the stage that is the user's: the team's lead first, then an officer."""

    help = "Approve a destruction list at your stage; --exempt takes dossiers off it first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("list")
        parser.add_argument("--as", dest="user", required=True, help="who approves")
        parser.add_argument("--exempt", nargs="+", metavar="REFERENCE", default=[], help="dossiers that must stay")
        parser.add_argument("--reason", choices=ListItem.ExemptReason.values, help="why they must stay")
        parser.add_argument("--review-on", type=date.fromisoformat, help="when they come back (YYYY-MM-DD)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exempt, approve, and say what comes next."""
        user, chosen = acting_user(options["user"]), named_list(options["list"])
        try:
            if options["exempt"]:
                self._exempt(chosen, options, user)
            self._approve(chosen, user)
        except lists.NotAllowed as error:
            raise CommandError(str(error)) from None

    def _approve(self, chosen: DestructionList, user: User) -> None:
        """Agree to what is left; where each dossier was decided in the browser, what is left is to conclude."""
        try:
            decided = lists.approve(chosen, by=user)
        except lists.NothingLeft:
            self._say_end(decisions.conclude(chosen, by=user))
            return
        self.stdout.write(
            _("%(count)d dossiers approved at stage %(stage)d.") % {"count": decided.approved, "stage": decided.stage}
        )
        self._say_cooling_off(decided.cooling_off_until)

    def _say_end(self, concluded: DestructionList) -> None:
        if concluded.state == ListState.DONE:
            self.stdout.write(_("Every dossier on %s was exempted: the list is done.") % concluded.name)
        elif concluded.cooling_off_until:
            self._say_cooling_off(timezone.localdate(concluded.cooling_off_until))

    def _say_cooling_off(self, until: date | None) -> None:
        if until:
            self.stdout.write(
                _("The cooling-off period lasts until %s; until the claim anyone may place a hold.") % until
            )

    def _exempt(self, chosen: DestructionList, options: dict[str, Any], user: User) -> None:
        if not options["reason"] or not options["review_on"]:
            raise CommandError(_("Exempting needs --reason and --review-on."))
        reason = ListItem.ExemptReason(options["reason"])
        with transaction.atomic():  # a mistyped reference exempts nobody
            count = lists.exempt(chosen, options["exempt"], reason, options["review_on"], by=user)
            if count != len(set(options["exempt"])):
                raise CommandError(
                    _("Only %(found)d of the %(asked)d dossiers are on %(list)s; nothing was approved.")
                    % {"found": count, "asked": len(set(options["exempt"])), "list": chosen.name}
                )
        self.stdout.write(_("%d dossiers exempted.") % count)
