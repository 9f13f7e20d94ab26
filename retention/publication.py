"""Publishing rules: the shipped catalogue comes into the database once per version, and a version never changes.

Once two officers of the organisation published a version of their own, the numbering is theirs: what a later release
ships for that category is offered to them as a draft. So a migration never stops, and nobody's rule changes unasked.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from msgspec.structs import replace

from casefiles.models import User
from retention import rules
from retention.lists import NotAllowed
from retention.models import Category, RuleChange, RuleVersion
from retention.schedule import Rule, load


def publish_catalogue(sender: object = None, using: str = "default", **options: Any) -> None:
    """Add the shipped categories, and the rule versions that the database does not have yet (after every migrate).

    A version that is there stays as it is, for receipts cite its hash; a category with a version of the organisation's
    own gets none. What is passed over for either reason is `offered`.
    """
    if using != "default":
        return
    own = set(RuleVersion.objects.filter(change__isnull=False).values_list("category_id", flat=True))
    for category in load():
        names = {"name_nl": category.name.nl, "name_en": category.name.en}
        Category.objects.update_or_create(code=category.code, defaults=names)
        for rule in category.rules if category.code not in own else ():
            RuleVersion.objects.get_or_create(
                category_id=category.code,
                version=rule.version,
                defaults={
                    "valid_from": rule.valid_from,
                    "valid_to": rule.valid_to,
                    "spec": rule.to_json(),
                    "digest": rule.digest(),
                },
            )


def offered(code: str) -> Rule | None:
    """Return the newest shipped rule of a category, if no version and no open change says the same."""
    newest = _shipped().get(code)
    if newest is None or _wording(newest) in map(_wording, _known(code)):
        return None
    return newest


def take_offer(category: Category, *, by: User) -> RuleChange:
    """Make a draft of what the product offers for a category. Raises NotAllowed."""
    rules.require_officer(by, f"rule {category.pk}")
    rule = offered(category.pk)
    if rule is None:
        raise NotAllowed(_("The product offers no other rule for this category."))
    return rules.adopt(category, rule, _("The product ships this rule now."), by=by)


@cache
def _shipped() -> dict[str, Rule]:
    """Return the newest shipped rule of each category: it changes only with the release."""
    return {category.code: category.rules[-1] for category in load()}


def _known(code: str) -> Iterator[Rule]:
    for version in RuleVersion.objects.filter(category_id=code):
        yield version.rule
    for change in RuleChange.objects.filter(category_id=code, state__in=RuleChange.OPEN):
        yield change.rule


def _wording(rule: Rule) -> Rule:
    """Return a rule without its number and days: what it says."""
    return replace(rule, version=1, valid_from=rule.valid_from.min, valid_to=None)
