"""Documents: the list, adding them so that nothing plain reaches a disk, and taking a copy out."""

from itertools import chain
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import journal, lifecycle, naming, storage
from casefiles.access import Ability, items_of, require
from casefiles.forms.document import DocumentForm
from casefiles.models import AccessEvent, Document, Dossier
from casefiles.uploads import ReceivedFile, SealingUploadHandler, by_script, refused
from casefiles.views.errors import problem
from casefiles.views.opened import opened, show
from casefiles.views.session import person

# A document is somebody else's bytes: a browser may store it, never run or show it as a page of ours.
LOCKED_DOWN = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@csrf_exempt  # the check is in _receive: done here it would read the body before our handler is in place
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the documents; receive new ones, sealed while they stream."""
    dossier = opened(request, pk)
    if request.method != "POST":
        return _list(request, dossier, DocumentForm(treats=_treats(dossier)))
    user = person(request)
    require(user, Ability.CONTRIBUTE, dossier)
    handler = SealingUploadHandler(
        request, lambda name, kind: lifecycle.Upload(dossier, name, kind, by=user), settings.MAX_UPLOAD_BYTES
    )
    request.upload_handlers = [handler]
    try:
        return _receive(request, dossier, handler)
    except lifecycle.NotWritable as closed:
        return _answer(request, dossier, 409, str(closed))
    except OSError:
        return _answer(request, dossier, 507, _("The file could not be stored. Tell the administrator."))
    finally:
        handler.abandon_unfinished()


@csrf_protect
def _receive(request: HttpRequest, dossier: Dossier, handler: SealingUploadHandler) -> HttpResponse:
    form = DocumentForm(request.POST, request.FILES, treats=_treats(dossier))
    if handler.too_large:
        limit = filesizeformat(settings.MAX_UPLOAD_BYTES)
        return _answer(request, dossier, 413, _("At most %(limit)s can be added at a time.") % {"limit": limit})
    if not form.is_valid():
        return _refused(request, dossier, form)
    receivers = [file.receiver for file in form.cleaned_data["documents"] if isinstance(file, ReceivedFile)]
    uploads = [receiver for receiver in receivers if isinstance(receiver, lifecycle.Upload)]
    for upload in uploads:
        upload.finish(form.cleaned_data["category"], treatment_secret=bool(form.cleaned_data.get("treatment_secret")))
    message = ngettext("%d document is added.", "%d documents are added.", len(uploads)) % len(uploads)
    if by_script(request):
        return JsonResponse({"message": message})
    messages.success(request, message)
    return redirect("casefiles:documents", pk=dossier.pk)


def _treats(dossier: Dossier) -> bool:
    return bool(getattr(dossier, "may_treat", False))


def _refused(request: HttpRequest, dossier: Dossier, form: DocumentForm) -> HttpResponse:
    if not by_script(request):
        return _list(request, dossier, form, status=422)
    return refused(form)


def _answer(request: HttpRequest, dossier: Dossier, status: int, message: str) -> HttpResponse:
    """Tell what went wrong: to our script as JSON, to a person as a page."""
    if by_script(request):
        return JsonResponse({"message": message}, status=status)
    if status in {409, 413}:
        return problem(request, status, detail=message)
    messages.error(request, message)
    return redirect("casefiles:documents", pk=dossier.pk)


def _list(request: HttpRequest, dossier: Dossier, form: DocumentForm, status: int = 200) -> HttpResponse:
    found = items_of(Document.objects.filter(stored=True), dossier).order_by("-created_on", "pk")
    context = {"documents": found, "form": form, "limit": settings.MAX_UPLOAD_BYTES}
    return show(request, dossier, "documents", context, status)


@require_safe
def download(request: HttpRequest, pk: UUID, document: UUID) -> HttpResponse | StreamingHttpResponse:
    """Give a document out as an attachment, opened while it streams; every download is logged first."""
    dossier = opened(request, pk)
    if naming.hidden.get():
        return problem(request, 409, detail=_("You share your screen. Stop sharing first: names are hidden now."))
    found = get_object_or_404(items_of(Document.objects.filter(stored=True), dossier), pk=document)
    chunks = storage.read(dossier.pk, found.storage_key)
    try:
        first = next(chunks, b"")
    except FileNotFoundError:
        return problem(request, 404, detail=_("This file is not in the document store. Tell the administrator."))
    basis = getattr(dossier, "basis", "")
    journal.record(AccessEvent.Action.DOWNLOAD, person(request), dossier.pk, basis=basis, document=str(found.pk))
    response = StreamingHttpResponse(chain([first], chunks), "application/octet-stream", headers=LOCKED_DOWN)
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.facts.filename) or "attachment"
    return response
