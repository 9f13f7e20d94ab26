"""Documents on their way in: a committed row, the file sealed while it streams, then one conditional update.

So a slow upload cannot land after the verification sweep: it finds its dossier claimed and erases its own file.
"""

from datetime import timedelta
from typing import IO

from django.db import transaction
from django.utils import timezone

from casefiles import journal, storage
from casefiles.access import Ability, can, refuse, require
from casefiles.lifecycle.fencing import NotWritable, fence, substantive_change
from casefiles.models import AccessEvent, Document, DocumentFacts, Dossier, User
from casefiles.vault.files import CHUNK_BYTES

UNFINISHED_DAYS = 2  # longer than any upload takes


class Upload:
    """A document that is being received: write() its plain chunks, then finish() or abandon() it.

    Raises Refused and NotWritable when it begins, and KeyShredded when the dossier is being destroyed.
    """

    def __init__(self, dossier: Dossier, filename: str, media_type: str = "", *, by: User) -> None:
        require(by, Ability.CONTRIBUTE, dossier)
        with transaction.atomic():
            locked = fence(dossier.pk)
            self.document = Document.objects.create(
                dossier=locked,
                storage_key=storage.new_key(locked.pk),
                created_on=timezone.localdate(),
                facts=DocumentFacts(
                    title=filename.rpartition(".")[0] or filename,
                    filename=filename,
                    media_type=media_type,
                    author=by.name,
                ),
            )
        _discard_unfinished(locked)
        self._by = by
        self._sealing = storage.Sealing(locked.pk, self.document.storage_key, locked.facts.subject_secret)

    def write(self, chunk: bytes) -> None:
        """Seal the next plain bytes into the store. Raises OSError when the store is full."""
        self._sealing.write(chunk)

    @property
    def size(self) -> int:
        """How many plain bytes came in so far."""
        return self._sealing.size

    def finish(self, category: str, *, treatment_secret: bool = False) -> Document:
        """Make the document part of the dossier, or return the one that is there with the same name and content.

        `treatment_secret` is for who treats (Refused otherwise, and nothing of the file is left).

        Raises NotWritable when the dossier was closed or claimed meanwhile: nothing of the file is left then.
        """
        if treatment_secret and not can(self._by, Ability.TREAT, self.document.dossier):
            self.abandon()
            refuse(self._by, Ability.TREAT.label, self.document.dossier)
        stored = self._sealing.finish()
        self.document.treatment_secret = treatment_secret
        try:
            with transaction.atomic():
                locked = fence(self.document.dossier_id)
                twin = self._twin(stored.digest)
                if twin is None:
                    _mark_stored(self.document, stored, category)
                    journal.record(AccessEvent.Action.CHANGE, self._by, locked.pk, ground="document")
                    substantive_change(locked, self._by)
                    return self.document
        except NotWritable:
            self.abandon()
            raise
        self.abandon()
        return twin

    def abandon(self) -> None:
        """Erase what came in, and its row; safe to repeat, and harmless once finished."""
        if not self.document.stored:
            self._sealing.abandon()
            _forget(self.document)

    def _twin(self, digest: bytes) -> Document | None:
        """Return the same file under the same name: a double click or a second try is no second document."""
        same = Document.objects.filter(
            dossier=self.document.dossier_id,
            stored=True,
            digest=digest,
            treatment_secret=self.document.treatment_secret,
        )
        return next((d for d in same if d.facts.filename == self.document.facts.filename), None)


def _discard_unfinished(dossier: Dossier) -> None:
    """Remove what a killed process left of uploads into this dossier."""
    before = timezone.localdate() - timedelta(days=UNFINISHED_DAYS)
    for left_over in Document.objects.filter(dossier=dossier, stored=False, created_on__lt=before):
        storage.erase(left_over.storage_key)
        _forget(left_over)


def _forget(document: Document) -> None:
    Document.objects.filter(pk=document.pk, stored=False).delete()


def _mark_stored(document: Document, stored: storage.Stored, category: str) -> None:
    Document.objects.filter(pk=document.pk, stored=False).update(
        stored=True,
        size=stored.size,
        digest=stored.digest,
        category=category,
        treatment_secret=document.treatment_secret,
    )
    document.stored, document.size, document.digest, document.category = True, stored.size, stored.digest, category


def add_document(dossier: Dossier, plain: IO[bytes], filename: str, category: str, *, by: User) -> Document:
    """Store a document from a stream that is at hand. Raises what Upload raises."""
    upload = Upload(dossier, filename, by=by)
    try:
        while chunk := plain.read(CHUNK_BYTES):
            upload.write(chunk)
        return upload.finish(category)
    finally:
        upload.abandon()


def store_document(document: Document, plain: IO[bytes], secret: bytes) -> None:
    """Seal the file of a row that is committed and mark it stored; erase it when the dossier was claimed meanwhile."""
    stored = storage.put(plain, document.dossier_id, document.storage_key, secret)
    with transaction.atomic():
        try:
            fence(document.dossier_id, Dossier.Status.OPEN, Dossier.Status.ARRIVING)
        except NotWritable:
            storage.erase(document.storage_key)
            raise
        _mark_stored(document, stored, document.category)
