"""approve LIST --as USER: agree to a destruction list, after exempting what must stay."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from retention import lists
from retention.management.acting import acting_user, named_list
from retention.models import ListItem


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
            decided = lists.approve(chosen, by=user)
        except lists.NotAllowed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            _("%(count)d dossiers approved at stage %(stage)d.") % {"count": decided.approved, "stage": decided.stage}
        )
        if decided.cooling_off_until:
            self.stdout.write(
                _("The cooling-off period lasts until %s; until the claim anyone may place a hold.")
                % decided.cooling_off_until
            )

    def _exempt(self, chosen: Any, options: dict[str, Any], user: Any) -> None:
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
