"""Receipts in the browser: the register, one receipt in plain words with its verification, and what outsiders need."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from casefiles import journal
from casefiles.models import AccessEvent
from casefiles.views.session import person
from retention import offline
from retention.forms.receipts import RegisterForm
from retention.models import Receipt
from retention.overview import READERS
from retention.receipts import bundle, certifying, register, statement
from retention.receipts.keys import log_key

PER_PAGE = 25


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the register of receipts, filtered by the address."""
    user = person(request)
    if user.role not in READERS:
        raise Http404
    form = RegisterForm(request.GET)
    found = register.visible_to(user)
    chosen = register.chosen(found, **form.cleaned_data) if form.is_valid() else found.none()
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "key": log_key().verifier, "filtered": form.has_changed()}
    return render(request, "retention/receipts/index.html", context)


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what a receipt says, field by field, and verify it on the spot."""
    receipt = _receipt(request, pk)
    checks = statement.checks(receipt)
    context = {
        "receipt": receipt,
        "number": str(receipt.pk)[:8],
        "statement": statement.Statement.of(receipt),
        "checks": checks,
        "genuine": all(check.holds for check in checks),
        "related": Receipt.objects.filter(dossier_id=receipt.dossier_id).exclude(pk=pk).order_by("leaf_id"),
        "key": log_key().verifier,
        "certificates": receipt.certificates.select_related("job").defer("facts").order_by("-pk"),
        "may_certify": certifying.may_request(person(request)),
    }
    return render(request, "retention/receipts/detail.html", context)


@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the bundle that anyone can check offline, as a zip."""
    receipt = _receipt(request, pk)
    journal.record(AccessEvent.Action.DOWNLOAD, person(request), receipt.dossier_id, ground="receipt")
    headers = {"Content-Disposition": f'attachment; filename="receipt-{receipt.pk}.zip"'}
    return HttpResponse(bundle.zipped(receipt), content_type="application/zip", headers=headers)


@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """Give the page that verifies bundles offline; as a file to keep, for it is not a page of ours."""
    if person(request).role not in READERS:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{offline.NAME}"'}
    return HttpResponse(offline.page(), content_type="text/html; charset=utf-8", headers=headers)


def _receipt(request: HttpRequest, pk: UUID) -> Receipt:
    return get_object_or_404(register.visible_to(person(request)), pk=pk)
