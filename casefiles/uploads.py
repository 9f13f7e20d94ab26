"""Receiving files from a browser: sealed while they stream, so that nothing in plain ever reaches a disk.

Django's own handlers write what is larger than 2.5 MB to a temporary folder; this one replaces them. A view that
uses it is csrf_exempt outside and csrf_protect inside, for the CSRF check itself reads the body (Django's
documentation, "Modifying upload handlers on the fly").
"""

from collections.abc import Callable
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload
from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse

CHUNK_BYTES = 256 * 1024


def by_script(request: HttpRequest) -> bool:
    """Tell whether our own script sends the file: it shows the progress, and wants its answer as JSON."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refused(form: BaseForm) -> JsonResponse:
    """Tell our script why a form that it sent is not good."""
    reasons = [str(error) for errors in form.errors.values() for error in errors]
    return JsonResponse({"message": " ".join(reasons)}, status=422)


class Receiver(Protocol):
    """Where the plain bytes of one file go: sealed on arrival, finished by the view, or abandoned."""

    def write(self, chunk: bytes) -> None:
        """Seal the next plain bytes."""

    def abandon(self) -> None:
        """Erase what came in, unless it was finished; safe to repeat."""


Open = Callable[[str, str], Receiver]


class ReceivedFile(UploadedFile):  # type: ignore[type-arg] # generic only in the stubs
    """A file that came in whole: its content is with the receiver, never here."""

    def __init__(self, receiver: Receiver, name: str, media_type: str, size: int) -> None:
        super().__init__(file=None, name=name, content_type=media_type, size=size)
        self.receiver = receiver


class SealingUploadHandler(FileUploadHandler):
    """Gives every file of one request to a receiver that `open_receiver(name, media_type)` makes.

    More than `limit` plain bytes in all stops the upload: `too_large` is set and nothing is handed on.
    """

    chunk_size = CHUNK_BYTES

    def __init__(self, request: HttpRequest, open_receiver: Open, limit: int) -> None:
        super().__init__(request)
        self.receivers: list[Receiver] = []
        self.too_large = False
        self._open = open_receiver
        self._left = limit

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; the plain ones of Django never see it."""
        super().new_file(*args, **kwargs)
        self.receivers.append(self._open(self.file_name or "", self.content_type or ""))
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass the chunk on; it ends here."""
        self._left -= len(raw_data)
        if self._left < 0:
            self.too_large = True
            raise StopUpload(connection_reset=False)  # read the rest away, so that the browser hears our answer
        self.receivers[-1].write(raw_data)
        return None

    def file_complete(self, file_size: int) -> ReceivedFile:
        """Hand the view what it finishes."""
        return ReceivedFile(self.receivers[-1], self.file_name or "", self.content_type or "", file_size)

    def abandon_unfinished(self) -> None:
        """Erase whatever the view did not finish: refused, cut off, or too large. Call it when the view is done."""
        for receiver in self.receivers:
            receiver.abandon()
