"""What casefiles tells the rest of the house, inside the transaction of the change itself.

Every signal carries `dossier` (a Dossier). A receiver that raises undoes the change: no dossier without its clock.
"""

from django.dispatch import Signal

dossier_opened = Signal()
dossier_changed = Signal()  # a substantive change: it may move the retention clock
dossier_closed = Signal()
dossier_reopened = Signal()
