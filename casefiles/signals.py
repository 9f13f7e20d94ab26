"""What casefiles tells the rest of the house, inside the transaction of the change itself.

Every signal carries `dossier` (a Dossier) and `by` (the User who did it, None for the system), but for
`dossiers_arrived`, which carries `arrivals` (casefiles/bulk.py).
A receiver that raises undoes the change: no dossier without its clock.
"""

from django.dispatch import Signal

dossier_opened = Signal()
dossiers_arrived = Signal()  # many at once: whoever follows dossier_opened follows this as well
dossier_changed = Signal()  # a change from which a rule may count: it may move the retention clock
dossier_closed = Signal()
dossier_reopened = Signal()
