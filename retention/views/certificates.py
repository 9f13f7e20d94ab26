"""Certificates of destruction in the browser: ask for one, see it being made, read it with its checks, download it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casefiles import jobs
from casefiles.models import Job
from casefiles.views.session import person
from retention import certificates, tasks
from retention.forms.asking import InListForm
from retention.models import Certificate, DestructionList, Receipt
from retention.overview import READERS
from retention.receipts import asking, certificate_checks, certified, certifying, register, signing_keys
from retention.receipts import certificate as words
from retention.states import ItemStep
from retention.views.reading import readable

PER_PAGE = 25


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the certificates that were made, the newest first."""
    user = person(request)
    if user.role not in READERS:
        raise Http404
    page = Paginator(certificates.visible_to(user).defer("facts"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "retention/certificates/index.html", {"page": page})


@require_POST
def of_list(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for the certificate of a list."""
    return _request(request, readable(request, name), None)


@require_POST
def of_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the certificate of the one dossier of a receipt."""
    found = register.visible_to(person(request)).filter(type__in=Receipt.ENDINGS)
    receipt = get_object_or_404(found, pk=pk)
    lists = DestructionList.objects.filter(items__dossier_id=receipt.dossier_id, items__step=ItemStep.DESTROYED)
    return _request(request, get_object_or_404(lists), receipt)


def _request(request: HttpRequest, chosen: DestructionList, receipt: Receipt | None) -> HttpResponse:
    made = certifying.request(chosen, receipt, by=person(request))
    jobs.ring(tasks.make_certificate, str(made.job_id))
    return redirect("retention:certificate", made.number)


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show a certificate as it is on paper, and verify it on the spot; or how far its making is.

    By POST the question whether one dossier was in it: its reference stands in no address, and the answer is kept
    nowhere.
    """
    chosen = _certificate(request, number)
    form = InListForm(request.POST if request.method == "POST" else None)
    asked = form.cleaned_data["reference"] if form.is_valid() else ""
    context = _progress(chosen)
    if asked:
        context["held"] = asking.in_list(chosen.destruction_list, asked, by=person(request))
    if chosen.job.state != Job.State.DONE:
        return render(request, "retention/certificates/making.html", context)
    facts = certified.Facts.of(chosen.facts)
    found = certificate_checks.checks(chosen)
    context |= {
        "form": form,
        "asked": asked,
        "sheet": words.sheet(chosen, facts, ()),
        "checks": found,
        "genuine": all(check.holds for check in found),
        "language": words.language(),
        "fingerprints": [fingerprint.hex() for fingerprint in signing_keys.known()],
    }
    return render(request, "retention/certificates/detail.html", context, status=422 if form.errors else 200)


def _progress(chosen: Certificate) -> dict[str, Any]:
    return {
        "certificate": chosen,
        "job": chosen.job,
        "bar": jobs.bar_of(chosen.job),
        "moving": chosen.job.state in (Job.State.WAITING, Job.State.RUNNING),
        "poll": reverse("retention:certificate-progress", args=[chosen.number]),
        "problem": _problem(chosen.job.problem),
    }


def _problem(code: str) -> str:
    """Say what is in the way of a certificate, and what to do."""
    if not code:
        return ""
    return {
        "tsa_unreachable": _("The timestamp authority does not answer. It is tried again every minute."),
        "key_unreadable": _("The key for certificates cannot be read. Check the keys folder and the settings "
                            "CERTIFICATE_KEY and CERTIFICATE_CHAIN. It is tried again every minute."),
        "cannot_sign": _("The document cannot be signed with this key. Check CERTIFICATE_KEY. It is tried again every "
                         "minute."),
        "nothing_destroyed": _("Nothing on this list was destroyed yet, so there is nothing to certify."),
    }.get(code, _("Something went wrong. Ask for the certificate again, or tell your administrator."))  # fmt: skip


@require_GET
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """Give the bar alone; when it has come to its end, tell the page to show the result."""
    context = _progress(_certificate(request, number))
    response = render(request, "retention/certificates/progress.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


@require_GET
def download(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """Give the signed PDF in one language."""
    chosen = _certificate(request, number)
    content = certificates.downloaded(chosen, language, by=person(request))
    if content is None:
        messages.info(request, _("This certificate is not ready yet."))
        return redirect("retention:certificate", number)
    headers = {"Content-Disposition": f'attachment; filename="{chosen.number}-{language}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _certificate(request: HttpRequest, number: str) -> Certificate:
    return get_object_or_404(certificates.visible_to(person(request)), number=number)
