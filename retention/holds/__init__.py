"""Holds on destruction: who places and lifts them, what they cover, and that nothing slips through."""

from retention.holds import showing
from retention.holds.covering import catch, caught, connect
from retention.holds.lifting import lift, lift_by_itself, lift_for
from retention.holds.placing import Ground, NotPossible, Placed, place, place_by_criterion, place_on, review
from retention.holds.who import NotYours, may_decide, may_hold_classes, seen_by

__all__ = [
    "Ground",
    "NotPossible",
    "NotYours",
    "Placed",
    "catch",
    "caught",
    "connect",
    "lift",
    "lift_by_itself",
    "lift_for",
    "may_decide",
    "may_hold_classes",
    "place",
    "place_by_criterion",
    "place_on",
    "review",
    "seen_by",
    "showing",
]
