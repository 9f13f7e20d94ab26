"""Changing a retention rule: draft, ask for approval, approve and so publish. Two officers, and always a reason.

Nobody changes a published version: each change is the next version, from a day on. A day in the past, or a term that
may end earlier than it does now, is said and stored, so that who approves sees it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec.structs import replace

from casefiles import journal
from casefiles.models import AccessEvent, User
from retention import ahead, timing
from retention.lists import OFFICERS, NotAllowed
from retention.models import Category, RuleChange, RuleVersion
from retention.schedule import Rule, may_shorten, reads_same

State = RuleChange.State


@dataclass(frozen=True, slots=True)
class Draft:
    """What an officer wants a category's rule to be."""

    rule: Rule
    reason: str
    retroactive: bool


def latest(category: Category) -> RuleVersion:
    """Return the category's newest published version, in force or not yet. Raises RuleVersion.DoesNotExist."""
    return RuleVersion.objects.filter(category=category).latest("version")


def newest(category: Category) -> RuleVersion | None:
    """Return the same; None for a category of which no rule was ever published."""
    return RuleVersion.objects.filter(category=category).order_by("-version").first()


def open_change(category: Category) -> RuleChange | None:
    """Return the change that is being written or waits for approval; a category has at most one."""
    found = RuleChange.objects.filter(category=category, state__in=RuleChange.OPEN)
    return found.select_related("author", "job").first()


def save(category: Category, draft: Draft, *, by: User) -> RuleChange:
    """Keep a draft, whose author is whoever wrote in it last. The same once more changes nothing. Raises NotAllowed."""
    require_officer(by, f"rule {category.pk}")
    try:
        with transaction.atomic():
            return _save(category, draft, by)
    except IntegrityError:
        raise NotAllowed(_("A colleague began a change of this rule at the same moment. Look at it first.")) from None


def _save(category: Category, draft: Draft, by: User) -> RuleChange:
    change = RuleChange.objects.select_for_update().filter(category=category, state__in=RuleChange.OPEN).first()
    if change is not None and change.state != State.DRAFT:
        raise NotAllowed(_("This change waits for approval. Take it back first, to write in it again."))
    before, rule = newest(category), draft.rule
    _require_next(rule, before)
    if change is not None and (change.digest, change.reason) == (rule.digest(), draft.reason):
        return change
    known = change is not None and change.works_ahead and reads_same(change.rule, rule)
    change = change or RuleChange(category=category)
    change.spec, change.digest, change.reason, change.author = rule.to_json(), rule.digest(), draft.reason, by
    change.retroactive = draft.retroactive
    now = RuleVersion.objects.in_force(timing.today()).filter(category=category).first()
    change.shortens = before is not None and may_shorten(before.rule, rule)
    change.works_ahead = not all(reads_same(each.rule, rule) for each in (before, now) if each)
    change.save()
    if change.works_ahead and not known:
        change.job = ahead.begin(change)
    _log(AccessEvent.Action.CHANGE, change, "drafted", by)
    return change


def _require_next(rule: Rule, before: RuleVersion | None) -> None:
    if rule.version != (before.version if before else 0) + 1 or (before and rule.valid_from < before.valid_from):
        raise NotAllowed(_("Another version was published meanwhile. Begin again from that one."))


def adopt(category: Category, rule: Rule, reason: str, *, by: User) -> RuleChange:
    """Make a draft of a rule that comes from elsewhere: the next version, from the first of next month on.

    Raises NotAllowed, also while another change of this category is under way: it is not written over.
    """
    if open_change(category) is not None:
        raise NotAllowed(_("A change of %s is under way. Finish it or give it up first.") % category)
    before = newest(category)
    day = max(first_of_next_month(), before.valid_from) if before else first_of_next_month()
    next_one = replace(rule, version=before.version + 1 if before else 1, valid_from=day, valid_to=None)
    return save(category, Draft(next_one, reason, retroactive=False), by=by)


def first_of_next_month() -> date:
    """Return the day from which a change counts unless the officer says otherwise."""
    return (timing.today().replace(day=1) + timedelta(days=32)).replace(day=1)


def propose(change: RuleChange, *, by: User) -> None:
    """Ask a second officer to approve. Raises NotAllowed without a reason, or before the consequences are known."""
    require_officer(by, f"rule {change.category_id}")
    if not change.reason.strip():
        raise NotAllowed(_("Say why the rule changes: a second officer cannot judge a change without its reason."))
    if change.works_ahead and ahead.missing(change).exists():
        raise NotAllowed(_("The consequences are still being worked out. Ask for approval when they are there."))
    _check_day(change)
    with transaction.atomic():
        _move(change, State.DRAFT, State.PROPOSED)
        _log(AccessEvent.Action.CHANGE, change, "proposed", by)


def _check_day(change: RuleChange) -> None:
    if change.rule.valid_from <= timing.today() and not change.retroactive:
        raise NotAllowed(_("The day from which it counts has come. Choose a later one, or say that it counts back."))


def take_back(change: RuleChange, *, by: User) -> None:
    """Make a proposed change a draft again, by its author or by who should approve it. Raises NotAllowed."""
    require_officer(by, f"rule {change.category_id}")
    with transaction.atomic():
        _move(change, State.PROPOSED, State.DRAFT)
        _log(AccessEvent.Action.WITHDRAW, change, "taken back", by)


def withdraw(change: RuleChange, *, by: User) -> None:
    """Give a draft up; it stays in the history. Raises NotAllowed."""
    require_officer(by, f"rule {change.category_id}")
    with transaction.atomic():
        _move(change, State.DRAFT, State.WITHDRAWN)
        change.ahead.all().delete()
        _log(AccessEvent.Action.WITHDRAW, change, "given up", by)


def approve(change: RuleChange, digest: str, *, by: User) -> RuleVersion:
    """Publish exactly the rule whose digest the approver saw. Raises NotAllowed; the author cannot approve."""
    require_officer(by, f"rule {change.category_id}")
    if by.pk == change.author_id:
        _refused(by, f"rule {change.category_id}")
        raise NotAllowed(_("You wrote this change yourself: a second officer approves it."))
    _check_day(change)
    with transaction.atomic():
        locked = RuleChange.objects.select_for_update().get(pk=change.pk)
        if locked.state != State.PROPOSED or locked.digest != digest:
            raise NotAllowed(_("This change is not the one that you saw. Look at it again before you approve it."))
        rule = locked.rule
        _require_next(rule, newest(change.category))
        version = RuleVersion.objects.create(
            category_id=locked.category_id,
            version=rule.version,
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
            spec=locked.spec,
            digest=locked.digest,
        )
        values = {"approver": by, "approved_at": timezone.now(), "version": version}
        _move(locked, State.PROPOSED, State.PUBLISHED, **values)
        _log(AccessEvent.Action.APPROVE, locked, "published", by)
    return version


def _move(change: RuleChange, came_from: RuleChange.State, to: RuleChange.State, **values: object) -> None:
    if not RuleChange.objects.filter(pk=change.pk, state=came_from).update(state=to, **values):
        raise NotAllowed(_("Somebody was before you: this change is no longer what you saw."))


def require_officer(by: User, about: str) -> None:
    """Refuse whoever is no officer, with a line in the log that says what it was about. Raises NotAllowed."""
    if by.role not in OFFICERS or not by.is_active:
        _refused(by, about)
        raise NotAllowed(_("Only a privacy officer or an administrator changes a retention rule."))


def _refused(by: User, about: str) -> None:
    # outside the change's own transaction: the line about a refusal must stay
    journal.record(AccessEvent.Action.CHANGE, by, outcome=AccessEvent.Outcome.REFUSED, ground=about)


def _log(action: AccessEvent.Action, change: RuleChange, step: str, by: User) -> None:
    journal.record(action, by, ground=f"rule {change.category_id} v{change.rule.version} {step}", rule=change.digest)
