"""The access log's own retention (catalogue row 34; Stcrt 2019, 38007): whole months go when their term has passed.

At least five years from the line, which the database itself holds everybody to, and at most the files' own term.
"""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction

from casefiles import journal
from casefiles.models import AccessEvent, Organisation
from casefiles.sql import Sql, rows


def retire(today: date) -> list[str]:
    """Drop the months whose lines are all older than the organisation's term, and log which; safe to repeat."""
    organisation = Organisation.objects.current()
    years = organisation.access_log_years if organisation else 5
    with transaction.atomic():
        before = today - relativedelta(years=years)
        ((gone,),) = rows(Sql("SELECT casefiles_drop_log_before(%s)", (before,)))
        if gone:
            journal.record(AccessEvent.Action.DESTROY, None, ground="access log", months=gone, years=years)
    return list(gone)
