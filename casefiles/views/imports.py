"""Import in the browser: choose a package, read what is wrong with it, and take it in. For administrators."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from casefiles import jobs, tasks
from casefiles.forms.imports import FolderForm, UploadForm
from casefiles.intake import runs
from casefiles.intake.report import Report
from casefiles.models import ImportRun, Job
from casefiles.uploads import ReceivedFile, SealingUploadHandler, by_script, refused
from casefiles.views.errors import problem
from casefiles.views.session import person

SHOWN = 20
View = Callable[..., HttpResponse]


def administrators(view: View) -> View:
    """Let only administrators in; a refusal is logged."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        runs.require_administrator(person(request))
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@administrators
def index(request: HttpRequest) -> HttpResponse:
    """Show where a package can come from, and the imports so far."""
    return _index(request)


def _index(
    request: HttpRequest, upload: UploadForm | None = None, folder: FolderForm | None = None, status: int = 200
) -> HttpResponse:
    ready = runs.folders()
    latest = ImportRun.objects.select_related("job__started_by").defer("problems").order_by("-job__made_at")[:SHOWN]
    context = {
        "upload": upload or UploadForm(),
        "folder": folder or FolderForm(ready),
        "ready": ready,
        "limit": filesizeformat(settings.IMPORT_MAX_BYTES),
        "limit_bytes": settings.IMPORT_MAX_BYTES,
        "runs": [(run, jobs.bar_of(run.job)) for run in latest],
    }
    return render(request, "casefiles/imports/index.html", context, status=status)


@csrf_exempt  # outside, for the check itself reads the body; _received is protected
@require_POST
@administrators
def upload(request: HttpRequest) -> HttpResponse:
    """Receive a zip, sealed while it streams, and begin its dry run."""
    user = person(request)
    handler = SealingUploadHandler(request, lambda _name, _type: runs.Receiving(by=user), settings.IMPORT_MAX_BYTES)
    request.upload_handlers = [handler]
    try:
        return _received(request, handler)
    except OSError:
        return _not_received(request, 507, _("The zip could not be stored. Tell your system administrator."))
    finally:
        handler.abandon_unfinished()


@csrf_protect
def _received(request: HttpRequest, handler: SealingUploadHandler) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if handler.too_large:
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        detail = _("The zip may be %s at most. Split the package, or lay it in the intake folder.") % limit
        return _not_received(request, 413, detail)
    if not form.is_valid():
        return refused(form) if by_script(request) else _index(request, upload=form, status=422)
    file = form.cleaned_data["package"]
    if not isinstance(file, ReceivedFile) or not isinstance(file.receiver, runs.Receiving):
        raise TypeError("the package did not come in by its receiver")
    begun = _ring(file.receiver.finish())
    return JsonResponse({"next": begun.url}) if by_script(request) else begun


def _not_received(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """Tell what went wrong: to our script as JSON, to a person as a page."""
    if by_script(request):
        return JsonResponse({"message": message}, status=status)
    if status == 413:
        return problem(request, status, detail=message)
    messages.error(request, message)
    return redirect("casefiles:imports")


@require_POST
@administrators
def pick(request: HttpRequest) -> HttpResponse:
    """Begin the dry run of a package that lies ready."""
    form = FolderForm(runs.folders(), request.POST)
    if not form.is_valid():
        return _index(request, folder=form, status=422)
    return _ring(runs.pick(form.cleaned_data["folder"], by=person(request)))


def _ring(run: ImportRun) -> HttpResponseRedirect:
    jobs.ring(tasks.carry_out_import, str(run.pk))
    return redirect("casefiles:import", run.pk)


@require_GET
@administrators
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far an import is, what it found, and what can be done next."""
    run = _run(pk)
    report = Report(run, request.GET.get("code", ""))
    context = {
        **_bar(run),
        "report": report,
        "page": report.page(request.GET.get("page")),
        "kept": bool(run.folder or run.sealed_under),
    }
    return render(request, "casefiles/imports/detail.html", context)


def _run(pk: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.select_related("job__started_by"), pk=pk)


def _bar(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "job": run.job,
        "bar": jobs.bar_of(run.job),
        "moving": run.job.state in (Job.State.WAITING, Job.State.RUNNING),
        "poll": reverse("casefiles:import-progress", args=[run.pk]),
    }


@require_GET
@administrators
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the bar alone; when it has come to its end, tell the page to show the result."""
    context = _bar(get_object_or_404(ImportRun.objects.select_related("job").defer("problems"), pk=pk))
    response = render(request, "casefiles/imports/progress.html", context)
    if not context["moving"]:
        response.headers["HX-Refresh"] = "true"
    return response


setattr(progress, "untouched", True)  # noqa: B010 - a page that is left open does not prolong a session


@require_POST
@administrators
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the import after its dry run; a second click finds the same import."""
    try:
        return _ring(runs.start(_run(pk), by=person(request)))
    except runs.NotNow as error:
        return problem(request, 409, detail=str(error))


@require_POST
@administrators
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Erase an uploaded package now."""
    try:
        runs.discard(_run(pk), by=person(request))
        messages.success(request, _("The uploaded package and its key are erased."))
    except runs.NotNow as error:
        messages.info(request, str(error))
    return redirect("casefiles:import", pk)


@require_GET
@administrators
def problems_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give all problems as CSV: where they are and what to do, without a value of any row."""
    report = Report(_run(pk))
    headers = {"Content-Disposition": f'attachment; filename="problems-{pk}.csv"'}
    return HttpResponse(report.csv(), content_type="text/csv; charset=utf-8", headers=headers)
