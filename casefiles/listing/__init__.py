"""My dossiers: the query behind the page, and the registry of its filters and orders."""

from casefiles.listing.counting import COUNT_CAP, tally
from casefiles.listing.query import PAGE_SIZE, page
from casefiles.listing.registry import (
    Choices,
    Filter,
    Sort,
    View,
    add_filter,
    add_sort,
    add_view,
    condition,
    filters,
    sort,
    sorts,
    views,
)
from casefiles.listing.values import Cursor, Page, Tally, Wanted

__all__ = [
    "COUNT_CAP", "PAGE_SIZE", "Choices", "Cursor", "Filter", "Page", "Sort", "Tally", "View", "Wanted",
    "add_filter", "add_sort", "add_view", "condition", "filters", "page", "sort", "sorts", "tally", "views",
]  # fmt: skip
